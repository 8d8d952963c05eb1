/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Room for a name in the store of all names. Part of account.h. */
#ifndef BPFPROF_ACC_NAME_H
#define BPFPROF_ACC_NAME_H

/* How many bytes of a name of so many are kept; the state of n says whether it is cut, which is a
 * loss. What is left of a cut one is whole code points of any width. */
ACC_INLINE __u32 acc_name_kept(struct acc_name *n, __u64 bytes)
{
	n->state = ACC_NAME_READ;
	if (bytes <= ACC_NAME_MAX)
		return (__u32)bytes;
	acc_lose(ACC_LOSS_NAME_CUT, 1);
	n->state = ACC_NAME_CUT;
	return ACC_NAME_MAX & ~3u;
}

/* Takes room for that many bytes in a store of size bytes. 1: it is n->bytes at n->offset; 0: the
 * store is used up, and the name lost. */
ACC_INLINE int acc_name_room(struct acc_name *n, __u32 bytes, __u32 size)
{
	struct acc_ctl *ctl = acc_ctl();
	__u32 at = ctl ? ACC_ADD(&ctl->names, (bytes + 7) & ~7u) : size;

	if (at >= size) {
		acc_lose(ACC_LOSS_NAME_FULL, 1);
		n->state = ACC_NAME_LOST;
		return 0;
	}
	n->offset = at;
	n->bytes = bytes;
	return 1;
}

#endif
