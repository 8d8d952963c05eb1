/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reads and writes by a thread's functions. Part of abi.h. */
#ifndef BPFPROF_ACC_IO_H
#define BPFPROF_ACC_IO_H

enum acc_io_kind {
#define ACC_IO(ID, name, what) ACC_IO_##ID,
#include "bpfprof/io.def"
	ACC_IO_KINDS
};

#define ACC_IO_WRITE 1u /* beside a read of the same kind */
#define ACC_IO_WAYS  8u /* of twice ACC_IO_KINDS; a power of two */

/* By way: twice the kind, and ACC_IO_WRITE. */
struct acc_io_sum {
	__u64 calls[ACC_IO_WAYS]; /* system calls, failed ones too */
	__u64 bytes[ACC_IO_WAYS];
	__u64 failed; /* of all calls */
};

/* An element of a hash table: of an edge, or, in cum, what a function's edges count twice. */
struct acc_io {
	__u32 key; /* the edge's index, or ACC_IO_OF_FUNC and the function's; 0: free */
	__u32 pad;
	__u64 last; /* number of the transfer that was added to cum last */
	struct acc_io_sum own, cum;
};

#define ACC_IO_OF_FUNC 0x80000000u
#define ACC_IO_PROBES  32u /* elements from here on that may have the key */
/* Where the first of them is, before it is cut to the table's size: see ACC_THREAD_AT. */
#define ACC_IO_FIRST(key) ((__u32)((key)*0x9e3779b97f4a7c15ull >> 32))

_Static_assert(ACC_IO_WAYS >= 2 * ACC_IO_KINDS, "each kind is read and written");

#endif
