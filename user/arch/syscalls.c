/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One list of names; the numbers are the headers'. */
#include "arch/syscalls.h"

#include <stddef.h>
#include <sys/syscall.h>

#define ROW(call)                                                                                  \
	{                                                                                          \
		SYS_##call, #call                                                                  \
	}

static const struct {
	long nr;
	const char *name;
} names[] = {
	ROW(accept),
	ROW(accept4),
	ROW(clock_nanosleep),
	ROW(close),
	ROW(connect),
	ROW(epoll_pwait),
	ROW(epoll_pwait2),
	ROW(execve),
	ROW(fallocate),
	ROW(fcntl),
	ROW(fdatasync),
	ROW(flock),
	ROW(fsync),
	ROW(ftruncate),
	ROW(futex),
	ROW(futex_waitv),
	ROW(getdents64),
	ROW(io_getevents),
	ROW(io_uring_enter),
	ROW(ioctl),
	ROW(lseek),
	ROW(mmap),
	ROW(mq_timedreceive),
	ROW(mq_timedsend),
	ROW(msgrcv),
	ROW(msgsnd),
	ROW(munmap),
	ROW(nanosleep),
	ROW(newfstatat),
	ROW(openat),
	ROW(ppoll),
	ROW(pread64),
	ROW(preadv),
	ROW(preadv2),
	ROW(pselect6),
	ROW(pwrite64),
	ROW(pwritev),
	ROW(pwritev2),
	ROW(read),
	ROW(readv),
	ROW(recvfrom),
	ROW(recvmmsg),
	ROW(recvmsg),
	ROW(restart_syscall),
	ROW(rt_sigsuspend),
	ROW(rt_sigtimedwait),
	ROW(semop),
	ROW(semtimedop),
	ROW(sendfile),
	ROW(sendmmsg),
	ROW(sendmsg),
	ROW(sendto),
	ROW(splice),
	ROW(sync),
	ROW(sync_file_range),
	ROW(tee),
	ROW(vmsplice),
	ROW(wait4),
	ROW(waitid),
	ROW(write),
	ROW(writev),
#ifdef SYS_open /* later processors have only those that do more */
	ROW(epoll_wait),
	ROW(open),
	ROW(pause),
	ROW(poll),
	ROW(rename),
	ROW(select),
	ROW(stat),
	ROW(unlink),
	ROW(vfork),
#endif
};

const char *syscall__name(long nr)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (names[i].nr == nr)
			return names[i].name;
	}
	return NULL;
}
