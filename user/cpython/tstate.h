/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How code that runs in a thread of an interpreter finds that thread's state (PyThreadState), read
 * off the function that CPython exports for it. Reads the file and /proc/PID; touches no process.
 */
#ifndef BPFPROF_TSTATE_H
#define BPFPROF_TSTATE_H

#include <stdint.h>

#include "cpython/interp.h"

enum tstate_how {
	TSTATE_CALL,	/* call the function at arg; it takes nothing */
	TSTATE_THREADS, /* the pointer is arg (signed) bytes from the base of a thread's memory */
	TSTATE_GLOBAL,	/* the pointer is at the address arg */
};

struct tstate_way {
	enum tstate_how how;
	uint64_t arg; /* an address in the process; in the file where there is no process */
	/* TSTATE_CALL of a process: the pointer may also be tls_offset bytes behind what each
	 * thread has of that module of the dynamic linker's; 0: not known */
	uint64_t tls_module, tls_offset;
};

/* 0, or -errno with *why (static text, one line). Works for any version from 3.8 on; calling the
 * function is what is left where its code is not one of the known loads. Thread-safe. */
int tstate_way__find(struct tstate_way *w, const struct interp *in, const char **why);

#endif
