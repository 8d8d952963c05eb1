/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One list of names; the numbers are the headers'. */
#include "arch/x86_64/syscalls.h"

#include <stddef.h>
#include <sys/syscall.h>

#define NAMES(X)                                                                                   \
	X(accept)                                                                                  \
	X(accept4) X(clock_nanosleep) X(close) X(connect) X(epoll_pwait) X(epoll_pwait2) X(        \
		epoll_wait) X(execve) X(fallocate) X(fcntl) X(fdatasync) X(flock) X(fsync)         \
		X(ftruncate) X(futex) X(futex_waitv) X(getdents64) X(io_getevents) X(              \
			io_uring_enter) X(ioctl) X(lseek) X(mmap) X(mq_timedreceive)               \
			X(mq_timedsend) X(msgrcv) X(msgsnd) X(munmap) X(nanosleep) X(              \
				newfstatat) X(open) X(openat) X(pause) X(poll) X(ppoll) X(pread64) \
				X(preadv) X(preadv2) X(pselect6) X(pwrite64) X(pwritev) X(         \
					pwritev2) X(read) X(readv) X(recvfrom) X(recvmmsg)         \
					X(recvmsg) X(rename) X(rt_sigsuspend) X(rt_sigtimedwait)   \
						X(select) X(semop) X(semtimedop) X(sendfile) X(    \
							sendmmsg) X(sendmsg) X(sendto) X(splice)   \
							X(stat) X(sync) X(sync_file_range) X(tee)  \
								X(unlink) X(vfork) X(vmsplice)     \
									X(wait4) X(waitid)         \
										X(write) X(writev)

#define ROW(name) {SYS_##name, #name},

static const struct {
	long nr;
	const char *name;
} names[] = {NAMES(ROW)};

const char *syscall__name(long nr)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (names[i].nr == nr)
			return names[i].name;
	}
	return NULL;
}
