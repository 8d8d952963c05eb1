/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* System calls that read or write a descriptor and return the bytes, for BPF programs. Includers
 * have enum transfers. */
#ifndef BPFPROF_ARCH_IOS_H
#define BPFPROF_ARCH_IOS_H

#include "arch/x86_64/waits.bpf.h"

/* By number; 0: none. */
const volatile __u8 syscall_transfers[SYSCALLS] = {
	[0] = TRANSFERS_IN,	      /* read */
	[17] = TRANSFERS_IN,	      /* pread64 */
	[19] = TRANSFERS_IN,	      /* readv */
	[295] = TRANSFERS_IN,	      /* preadv */
	[327] = TRANSFERS_IN,	      /* preadv2 */
	[45] = TRANSFERS_IN,	      /* recvfrom */
	[47] = TRANSFERS_IN,	      /* recvmsg */
	[1] = TRANSFERS_OUT,	      /* write */
	[18] = TRANSFERS_OUT,	      /* pwrite64 */
	[20] = TRANSFERS_OUT,	      /* writev */
	[296] = TRANSFERS_OUT,	      /* pwritev */
	[328] = TRANSFERS_OUT,	      /* pwritev2 */
	[44] = TRANSFERS_OUT,	      /* sendto */
	[46] = TRANSFERS_OUT,	      /* sendmsg */
	[40] = TRANSFERS_OUT_IN,      /* sendfile */
	[275] = TRANSFERS_IN_NOW_OUT, /* splice */
	[326] = TRANSFERS_IN_NOW_OUT, /* copy_file_range */
	[276] = TRANSFERS_IN_OUT,     /* tee */
};

#endif
