/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Names of system calls that a thread can wait in. */
#ifndef BPFPROF_SYSCALLS_H
#define BPFPROF_SYSCALLS_H

const char *syscall__name(long nr); /* NULL: not one of these */

#endif
