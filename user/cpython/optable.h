/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The dispatch table of CPython 3.11 and later: 256 addresses of code, one for each instruction
 * number, through which every instruction passes. Reads the file and /proc/PID; touches no process.
 */
#ifndef BPFPROF_OPTABLE_H
#define BPFPROF_OPTABLE_H

#include <stdint.h>

#include "cpython/interp.h"

/* What an instruction means to a profiler. */
enum op_kind {
	OP_NONE,
	OP_ENTER,	       /* a frame begins or goes on, in this instruction */
	OP_ENTER_INSTRUMENTED, /* the same, where a sys.monitoring tool listens */
	OP_LEAVE,	       /* the frame returns */
	OP_YIELD,	       /* it yields */
	OP_LEAVE_INSTRUMENTED, /* the same two, where a tool listens, which may be called from */
	OP_YIELD_INSTRUMENTED, /* it */
	OP_CATCH,	       /* an exception has arrived in this frame */
	OP_MARK,	       /* an exception may leave the frame from here */
	OP_REDIRECT,	       /* no event: the entry itself becomes .next */
};

#define OPTABLE_ENTRIES 256
#define OPTABLE_HOOKS	24

/* One entry to be changed. The entry of op is at optable.addr + 8 * op. */
struct op_hook {
	uint8_t op, kind; /* enum op_kind */
	uint64_t handler; /* what the entry is when nobody has changed it: to be written back */
	uint64_t found;	  /* what it was when it was looked at */
	uint64_t next;	  /* where a trampoline goes on: handler, but another one where the JIT's
			   * form of an instruction is to run as the plain one */
	const char *name; /* "RESUME" */
};

struct optable {
	uint64_t addr;	   /* of the first entry; in the file where it was found in a file */
	uint32_t nhooks;   /* of hooks */
	uint8_t thrown[3]; /* instructions that generators stand at as they are thrown into, where
			    * no event shows that (3.11); 0: none */
	uint8_t creates;   /* the instruction that makes a generator */
	uint32_t hooked;   /* how many of them point into pages of a bpfprof now */
	/* void (interpreter state, int 1), to be called once in each interpreter by a thread that
	 * runs Python code there and holds its GIL, when the entries are changed: the JIT drops
	 * what it has compiled, which passes the table by. 0: a build without the JIT */
	uint64_t invalidate;
	struct op_hook hooks[OPTABLE_HOOKS];
};

/*
 * Finds the one dispatch table of *in, proves by the numbers that its version does not use that the
 * numbering is the known one, and for a process (in->pid) compares the table in its memory with the
 * file's: only entries that are ours to hook may differ, and only by pointing into pages of a
 * bpfprof. A table that the dynamic linker has not filled in yet counts as the file's. Returns 0,
 * or -errno with *why (static text, one line): -ENOENT where there is no certain table (*why names
 * the reason), another where it could not be read. Thread-safe.
 */
int optable__find(struct optable *t, const struct interp *in, const char **why);

/* The number of an instruction of that name in a known version from 3.11 on; 0: it has none. */
uint8_t optable__op(const char *name, uint16_t version);

#endif
