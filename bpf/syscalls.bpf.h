/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What system calls wait for, and what they transfer. Includers have enum tells. */
#ifndef SYSCALLS_BPF_H
#define SYSCALLS_BPF_H

#include "arch/syscalls.bpf.h"

#define AS(reason) ACC_REASON_##reason

/* By number, plus 1; 0: other. */
const volatile __u8 syscall_reasons[SYSCALLS] = {
#define CALL(name, x86_64, aarch64, reason, transfer) [SYSCALL_NR(x86_64, aarch64)] = (reason) + 1,
#define CALL_OLD(name, nr, reason)		      SYSCALL_OLD([nr] = (reason) + 1, )
#include "arch/syscalls.def"
#undef CALL
#undef CALL_OLD
};

/* Which argument, from 1 on, is the descriptor that is read, and which the one that is written; 0:
 * none is. */
#define READS(arg)	   (arg)
#define WRITES(arg)	   ((arg) << 2)
#define READ_OF(transfer)  ((transfer)&3)
#define WRITE_OF(transfer) ((transfer) >> 2 & 3)
#define MESSAGES	   16 /* it returns how many, of an array in its second argument */

/* By number; 0: it does neither. */
const volatile __u8 syscall_transfers[SYSCALLS] = {
#define CALL(name, x86_64, aarch64, reason, transfer) [SYSCALL_NR(x86_64, aarch64)] = transfer,
#define CALL_OLD(name, nr, reason)
#include "arch/syscalls.def"
#undef CALL
#undef CALL_OLD
};

/* An element of the array: a struct mmsghdr. */
#define MESSAGE_BYTES	 64
#define MESSAGE_LENGTH	 56 /* where it says the bytes, 32 bits */
#define MESSAGES_AT_MOST 1024

#endif
