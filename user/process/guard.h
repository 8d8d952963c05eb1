/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a thread stopped by this process is about to be given back, kept by a process that outlives
 * this one. When a tracer is killed, the kernel lets its threads run on with the registers that
 * they have: one in the midst of a system call of ours then stays behind that call, going round in
 * one instruction, until the guard has given it its own registers again.
 */
#ifndef BPFPROF_GUARD_H
#define BPFPROF_GUARD_H

#include "process/inject.h"

/* Begins to watch over what this thread does from now on. 0, or -1 with errno. */
int guard__begin(void);
void guard__end(void);

/* Before the worker's registers and signals are changed, which are known. Where a guard watches,
 * calls are made by its thread at in->syscall_addr from then on; vdso: where the process has it. */
void guard__enter(struct inject *in, uint64_t vdso);

/* The worker stands still and has both again. */
void guard__leave(struct inject *in);

#endif
