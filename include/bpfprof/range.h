/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where in the process's memory something lies that is waited for. Part of abi.h. */
#ifndef BPFPROF_RANGE_H
#define BPFPROF_RANGE_H

/* A piece of the process's memory. */
struct acc_range {
	__u64 start, bytes;
};

/* Without the GIL: where stops of an interpreter's world are waited for. */
struct acc_world {
	__u32 state;  /* in a thread state: until it goes on */
	__u32 interp; /* in a thread state: its interpreter state */
	__u32 stops;  /* in an interpreter state: for the others to stop, some bytes */
	__u32 pad;
};

#endif
