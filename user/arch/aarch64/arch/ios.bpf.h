/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* System calls that read or write a descriptor and return the bytes, or messages that say them, for
 * BPF programs. */
#ifndef BPFPROF_AARCH64_IOS_H
#define BPFPROF_AARCH64_IOS_H

#include "arch/waits.bpf.h"

/* Which argument, from 1 on, is the descriptor that is read, and which the one that is written; 0:
 * none is. */
#define READS(arg)	   (arg)
#define WRITES(arg)	   ((arg) << 2)
#define READ_OF(transfer)  ((transfer)&3)
#define WRITE_OF(transfer) ((transfer) >> 2 & 3)
#define MESSAGES	   16 /* it returns how many, of an array in its second argument */

/* By number; 0: it does neither. */
const volatile __u8 syscall_transfers[SYSCALLS] = {
	[63] = READS(1),	      /* read */
	[67] = READS(1),	      /* pread64 */
	[65] = READS(1),	      /* readv */
	[69] = READS(1),	      /* preadv */
	[286] = READS(1),	      /* preadv2 */
	[207] = READS(1),	      /* recvfrom */
	[212] = READS(1),	      /* recvmsg */
	[243] = READS(1) | MESSAGES,  /* recvmmsg */
	[64] = WRITES(1),	      /* write */
	[68] = WRITES(1),	      /* pwrite64 */
	[66] = WRITES(1),	      /* writev */
	[70] = WRITES(1),	      /* pwritev */
	[287] = WRITES(1),	      /* pwritev2 */
	[206] = WRITES(1),	      /* sendto */
	[211] = WRITES(1),	      /* sendmsg */
	[269] = WRITES(1) | MESSAGES, /* sendmmsg */
	[71] = READS(2) | WRITES(1),  /* sendfile */
	[76] = READS(1) | WRITES(3),  /* splice */
	[285] = READS(1) | WRITES(3), /* copy_file_range */
	[77] = READS(1) | WRITES(2),  /* tee */
};

/* An element of the array: a struct mmsghdr. */
#define MESSAGE_BYTES	 64
#define MESSAGE_LENGTH	 56 /* where it says the bytes, 32 bits */
#define MESSAGES_AT_MOST 1024

static __always_inline __u64 syscall_arg(const struct pt_regs *regs, __u32 n)
{
	/* the first register has the result by then */
	return n == 1 ? regs->orig_x0 : n == 2 ? PROBED_ARG2(regs) : PROBED_ARG3(regs);
}

#endif
