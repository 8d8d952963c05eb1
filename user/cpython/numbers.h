/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Interpreters of one process are numbered as they are made, from 0 on. */
#ifndef BPFPROF_NUMBERS_H
#define BPFPROF_NUMBERS_H

#include <stdint.h>

struct interp;

struct py_numbers {
	uint64_t next; /* where the process has the number of the next one, 8 bytes */
	uint32_t own;  /* in an interpreter state: its own, 8 bytes; 0: not known */
};

/* Of a live process, whose memory is the descriptor mem (procmem.h). */
void py_numbers__find(struct py_numbers *n, const struct interp *in, int mem);

#endif
