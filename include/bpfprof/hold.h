/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who held a GIL while others waited, as the tables hold it. Part of abi.h. */
#ifndef BPFPROF_HOLD_H
#define BPFPROF_HOLD_H

/* How long the function ran in the thread of the row while others waited for the GIL that it held,
 * in all of them; an element of a hash table, of which 0 is free. */
struct acc_hold {
	__u64 key; /* row << 32 | func, or ACC_HOLD_FREE */
	__u64 ns;
};

#define ACC_HOLD_FREE 1ull /* nobody held it; no row is 0 */

#define ACC_HOLDS 4096u

#endif
