/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Probe sites of bpfprof's own, to prove that probes of this kernel count, and which is cheaper. */
#ifndef BPFPROF_CANARY_H
#define BPFPROF_CANARY_H

#include <stdint.h>

enum canary {
	CANARY_NOP1, /* a 1-byte nop, as sdt.h puts into CPython */
	CANARY_NOP5, /* a 5-byte nop, which Linux 6.18 can turn into a call */
};

/* Offset of the site in the file /proc/self/exe; 0 where it can't be found out. */
uint64_t canary__offset(enum canary kind);
/* Passes the site so many times. */
void canary__fire(enum canary kind, unsigned int times);

#endif
