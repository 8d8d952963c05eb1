/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A probe site of bpfprof's own, a 1-byte nop as sdt.h puts into CPython, to prove that probes of
 * this kernel count. */
#ifndef BPFPROF_CANARY_H
#define BPFPROF_CANARY_H

#include <stdint.h>

/* Offset of the site in the file /proc/self/exe; 0 where it can't be found out. */
uint64_t canary__offset(void);
void canary__fire(unsigned int times);

#endif
