/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The stack of open frames: elements of a pool, taken by the chunk. Part of account.h. */
#ifndef BPFPROF_ACC_STACK_H
#define BPFPROF_ACC_STACK_H

/* First element of a chunk of frames that nobody uses, of a pool of max; 0: it is used up. */
ACC_NOINLINE __u32 acc_chunk_take(__u32 max)
{
	struct acc_ctl *ctl = acc_ctl();
	__u32 chunk;

	if (!ctl || (ctl->chunks + 2) * ACC_CHUNK > max)
		return 0;
	chunk = ACC_ADD(&ctl->chunks, 1) + 1;
	return (chunk + 1) * ACC_CHUNK > max ? 0 : chunk * ACC_CHUNK;
}

/* Index of the element after the top of the stack; the stack is as deep as the pool is large. */
ACC_INLINE __u32 acc_frame_next(struct acc_thread *s)
{
	__u32 next = s->top + 1;
	struct acc_frame *head;

	if (s->top && (next & (ACC_CHUNK - 1)))
		return next;
	if (!s->top) {
		if (!s->chunk)
			s->chunk = acc_chunk_take(acc_frames_max);
		return s->chunk ? s->chunk + 1 : 0;
	}
	head = acc_frame(s->top & ~(ACC_CHUNK - 1));
	if (!head)
		return 0;
	if (!head->edge)
		head->edge = acc_chunk_take(acc_frames_max);
	return head->edge ? head->edge + 1 : 0;
}

#endif
