/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Returns and calls that are not of the innermost frame. Part of account.h. */
#ifndef BPFPROF_ACC_UNWIND_H
#define BPFPROF_ACC_UNWIND_H

/* A step of acc_search: the frame beneath the one at an index; 0: none, or that is pyframe's, whose
 * number is in s->above. */
ACC_STEP __u32 acc_search_one(struct acc_thread *s, __u32 at, __u64 pyframe, __u32 n)
{
	struct acc_frame *f = at ? acc_frame(at) : 0;

	if (!s || !f)
		return 0;
	if (f->pyframe != pyframe)
		return f->prev;
	s->above = n;
	return 0;
}

/* How many frames lie above the one of pyframe; ACC_UNWIND_MAX: not found within that many. */
ACC_NOINLINE __u32 acc_search(struct acc_thread *s, __u64 pyframe)
{
	__u32 at = s ? s->top : 0;

	if (!s)
		return ACC_UNWIND_MAX;
	s->above = ACC_UNWIND_MAX;
	for (__u32 n = 0; at && n < ACC_UNWIND_MAX; n++)
		at = acc_search_one(s, at, pyframe, n);
	return s->above;
}

/* Closes the innermost frame at that moment. 0: there was none. */
ACC_STEP int acc_close_one(struct acc_thread *s, struct acc_row *row, const struct acc_moment *now)
{
	return s && row && now ? acc_pop(s, row, now) : 0;
}

/* Closes the n innermost frames. */
ACC_NOINLINE int acc_close(struct acc_thread *s, struct acc_row *row, __u32 n,
			   const struct acc_moment *now)
{
	if (!s || !row || !now)
		return 0;
	for (__u32 i = 0; i <= ACC_UNWIND_MAX && i < n; i++)
		acc_close_one(s, row, now);
	return 0;
}

/* Counts an open frame for acc_count_in. Returns the one beneath. */
ACC_STEP __u32 acc_count_one(struct acc_thread *s, __u32 at)
{
	struct acc_frame *f = at ? acc_frame(at) : 0;

	if (!s || !f)
		return 0;
	s->above += f->late & ACC_LATE;
	s->frames += f->kind == ACC_KIND_BLOCK;
	return f->prev;
}

/* Of the n innermost frames, counts in s->above those that were open before they were seen, and
 * returns how many are blocks. */
ACC_NOINLINE __u32 acc_count_in(struct acc_thread *s, __u32 n)
{
	__u32 at = s ? s->top : 0;

	if (!s)
		return 0;
	s->above = 0;
	s->frames = 0;
	for (__u32 i = 0; i < ACC_UNWIND_MAX && i < n; i++)
		at = acc_count_one(s, at);
	return s->frames;
}

/* Counts that the n innermost frames are closed by what is beneath them: as lost, but for those
 * that were open before they were seen. */
ACC_INLINE void acc_lose_above(struct acc_thread *s, __u32 n)
{
	__u32 blocks = acc_count_in(s, n);

	acc_lose(ACC_LOSS_DROPPED, n - blocks - s->above);
	acc_lose(ACC_LOSS_BLOCK_UNENDED, blocks);
}

/* A return whose frame is not the innermost: pops down to it. 0: it is not on the stack. */
ACC_INLINE int acc_unwind(struct acc_thread *s, struct acc_row *row, __u64 pyframe,
			  const struct acc_moment *now)
{
	__u32 above = acc_search(s, pyframe);

	if (above >= ACC_UNWIND_MAX)
		return 0;
	acc_lose_above(s, above);
	acc_close(s, row, above + 1, now);
	return 1;
}

#define ACC_NO_CALLER 1ull /* called by no frame at all, which is known */

/* How many frames lie above the one of pyframe. Blocks that were begun right in that one have no
 * frame of the interpreter's, and do not count. ACC_UNWIND_MAX: it was not found. Where pyframe is
 * ACC_NO_CALLER, all frames lie above, if only one of them is the interpreter's. */
ACC_NOINLINE __u32 acc_search_caller(struct acc_thread *s, __u64 pyframe)
{
	__u32 at = s ? s->top : 0;

	if (!s)
		return ACC_UNWIND_MAX;
	/* kept where BPF's verifier does not follow them, which would try every combination */
	s->above = 0;
	s->frames = 0;
	for (__u32 n = 0; n < ACC_UNWIND_MAX; n++) {
		struct acc_frame *f = at ? acc_frame(at) : 0;

		if (!f)
			break;
		if (f->pyframe == pyframe)
			return s->above;
		if (f->kind == ACC_KIND_PYTHON) {
			s->above = n + 1;
			s->frames++;
		}
		at = f->prev;
	}
	return pyframe == ACC_NO_CALLER && s->frames == 1 ? s->above : ACC_UNWIND_MAX;
}

/*
 * A call whose caller, as the interpreter has it, is not the innermost open frame. What is open
 * above that caller has returned for the interpreter (see caller_of in user/stub/slot.c), though
 * its return has yet to be seen: that is one frame, and more are those of a stack that was switched
 * away from. A caller that is not open is a generator through which another is thrown into: it does
 * not run.
 */
ACC_NOINLINE int acc_settle(struct acc_thread *s, __u64 caller, const struct acc_moment *now)
{
	struct acc_row *row = s ? acc_row(s->row) : 0;
	__u32 above, blocks;

	if (!s || !row || !now || !s->top)
		return 0;
	above = acc_search_caller(s, caller);
	if (!above || above >= ACC_UNWIND_MAX)
		return 0;
	blocks = acc_count_in(s, above);
	if (above - blocks > 1)
		acc_lose(ACC_LOSS_SWITCHED, above - blocks);
	acc_lose(ACC_LOSS_BLOCK_UNENDED, blocks);
	acc_close(s, row, above, now);
	s->closed_early += above - blocks;
	return 0;
}

/* A stride of what acc_late_above does, from at on, by s->above and s->frames. The next one; 0:
 * that was all. */
ACC_NOINLINE __u32 acc_late_some(struct acc_thread *s, __u32 at, __u64 pyframe)
{
	for (__u32 n = 0; s && n < ACC_STRIDE; n++) {
		struct acc_frame *f = at ? acc_frame(at) : 0;

		if (f && f->pyframe == pyframe)
			return 0;
		if (!f || (!(f->late & ACC_LATE) && f->kind != ACC_KIND_BLOCK)) {
			s->above = 0;
			return 0;
		}
		s->frames++;
		if (f->late & ACC_LATE)
			s->above = s->frames;
		at = f->prev;
		if (!at && pyframe != ACC_NO_CALLER)
			s->above = 0;
		if (!at)
			return 0;
	}
	return at;
}

/* How many frames on top, down to the last that was open before it was seen, lie above the one of
 * pyframe; 0: it is not known that they have ended. Blocks beneath all of these are the caller's.
 */
ACC_NOINLINE __u32 acc_late_above(struct acc_thread *s, __u64 pyframe)
{
	__u32 at = s ? s->top : 0;

	if (!at)
		return 0;
	s->above = 0;
	s->frames = 0;
	for (__u32 n = 0; n < ACC_MOVED_MAX / ACC_STRIDE; n++) {
		at = acc_late_some(s, at, pyframe);
		if (!at)
			return s->above;
	}
	return 0;
}

/*
 * A call whose caller is not the innermost open frame, where frames that were open before they were
 * seen may end unseen: by the slot, whose stub was not called for them, and at probes, that were
 * passed by before they counted. What is open above the caller has ended, some time before now.
 */
ACC_NOINLINE int acc_settle_late(struct acc_thread *s, __u64 caller, const struct acc_moment *now)
{
	struct acc_row *row = s ? acc_row(s->row) : 0;
	__u32 above;

	if (!s || !row || !now)
		return 0;
	above = acc_late_above(s, caller);
	for (__u32 i = 0; i < ACC_MOVED_MAX && i < above; i++)
		acc_close_one(s, row, now);
	return 0;
}

enum acc_left {
	ACC_LEFT,      /* a frame was closed */
	ACC_LEFT_OVER, /* the return of a call that the frame pool had no room for */
	ACC_UNKNOWN,   /* no such frame on the stack */
};

/* A return, of the frame pyframe, or (0) of whichever is innermost. */
ACC_INLINE enum acc_left acc_leave(struct acc_thread *s, struct acc_row *row, __u64 pyframe,
				   const struct acc_moment *now)
{
	struct acc_frame *f;

	if (s->overflow && !pyframe) {
		s->overflow--;
		return ACC_LEFT_OVER;
	}
	f = s->top ? acc_frame(s->top) : 0;
	if (f && (!pyframe || f->pyframe == pyframe)) {
		s->overflow = 0;
		acc_pop(s, row, now);
		return ACC_LEFT;
	}
	if (f && acc_unwind(s, row, pyframe, now)) {
		s->overflow = 0;
		return ACC_LEFT;
	}
	if (s->overflow) {
		s->overflow--;
		return ACC_LEFT_OVER;
	}
	return ACC_UNKNOWN;
}

#endif
