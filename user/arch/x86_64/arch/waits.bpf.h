/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What system calls wait for, for BPF programs. Includers have enum tells and enum acc_reason. */
#ifndef BPFPROF_ARCH_WAITS_H
#define BPFPROF_ARCH_WAITS_H

#include "arch/probed.bpf.h"

#define SYSCALLS 512

#define TS_COMPAT 2 /* a 32-bit system call, whose numbers are others */

/* With which a thread entered the kernel; negative as a signed number: by no system call. */
static __always_inline __u64 syscall_nr(const struct task_struct *task, const struct pt_regs *regs)
{
	return task->thread_info.status & TS_COMPAT ? SYSCALLS : regs->orig_ax;
}

#define SYSCALL(nr, reason) [nr] = (reason) + 1
#define AS(reason)	    ACC_REASON_##reason

/* By number, plus 1; 0: other. */
const volatile __u8 syscall_reasons[SYSCALLS] = {
	SYSCALL(202, TELLS_FUTEX), /* futex */
	SYSCALL(449, AS(LOCK)),	   /* futex_waitv */
	SYSCALL(455, TELLS_FUTEX), /* futex_wait */
	SYSCALL(65, AS(LOCK)),	   /* semop */
	SYSCALL(220, AS(LOCK)),	   /* semtimedop */
	SYSCALL(35, AS(SLEEP)),	   /* nanosleep */
	SYSCALL(230, AS(SLEEP)),   /* clock_nanosleep */
	SYSCALL(7, TELLS_LIST),	   /* poll */
	SYSCALL(271, TELLS_LIST),  /* ppoll */
	SYSCALL(23, TELLS_FILES),  /* select */
	SYSCALL(270, TELLS_FILES), /* pselect6 */
	SYSCALL(232, AS(POLL)),	   /* epoll_wait */
	SYSCALL(281, AS(POLL)),	   /* epoll_pwait */
	SYSCALL(441, AS(POLL)),	   /* epoll_pwait2 */
	SYSCALL(426, AS(POLL)),	   /* io_uring_enter */
	SYSCALL(42, AS(SOCKET)),   /* connect */
	SYSCALL(43, AS(SOCKET)),   /* accept */
	SYSCALL(288, AS(SOCKET)),  /* accept4 */
	SYSCALL(44, AS(SOCKET)),   /* sendto */
	SYSCALL(45, AS(SOCKET)),   /* recvfrom */
	SYSCALL(46, AS(SOCKET)),   /* sendmsg */
	SYSCALL(47, AS(SOCKET)),   /* recvmsg */
	SYSCALL(299, AS(SOCKET)),  /* recvmmsg */
	SYSCALL(307, AS(SOCKET)),  /* sendmmsg */
	SYSCALL(0, TELLS_FILE),	   /* read */
	SYSCALL(1, TELLS_FILE),	   /* write */
	SYSCALL(17, TELLS_FILE),   /* pread64 */
	SYSCALL(18, TELLS_FILE),   /* pwrite64 */
	SYSCALL(19, TELLS_FILE),   /* readv */
	SYSCALL(20, TELLS_FILE),   /* writev */
	SYSCALL(295, TELLS_FILE),  /* preadv */
	SYSCALL(296, TELLS_FILE),  /* pwritev */
	SYSCALL(327, TELLS_FILE),  /* preadv2 */
	SYSCALL(328, TELLS_FILE),  /* pwritev2 */
	SYSCALL(40, TELLS_FILE),   /* sendfile */
	SYSCALL(16, TELLS_FILE),   /* ioctl */
	SYSCALL(3, TELLS_FILE),	   /* close */
	SYSCALL(2, AS(FILE)),	   /* open */
	SYSCALL(257, AS(FILE)),	   /* openat */
	SYSCALL(437, AS(FILE)),	   /* openat2 */
	SYSCALL(4, AS(FILE)),	   /* stat */
	SYSCALL(5, AS(FILE)),	   /* fstat */
	SYSCALL(6, AS(FILE)),	   /* lstat */
	SYSCALL(262, AS(FILE)),	   /* newfstatat */
	SYSCALL(332, AS(FILE)),	   /* statx */
	SYSCALL(21, AS(FILE)),	   /* access */
	SYSCALL(269, AS(FILE)),	   /* faccessat */
	SYSCALL(439, AS(FILE)),	   /* faccessat2 */
	SYSCALL(72, AS(FILE)),	   /* fcntl */
	SYSCALL(73, AS(FILE)),	   /* flock */
	SYSCALL(74, AS(FILE)),	   /* fsync */
	SYSCALL(75, AS(FILE)),	   /* fdatasync */
	SYSCALL(76, AS(FILE)),	   /* truncate */
	SYSCALL(77, AS(FILE)),	   /* ftruncate */
	SYSCALL(78, AS(FILE)),	   /* getdents */
	SYSCALL(217, AS(FILE)),	   /* getdents64 */
	SYSCALL(82, AS(FILE)),	   /* rename */
	SYSCALL(264, AS(FILE)),	   /* renameat */
	SYSCALL(316, AS(FILE)),	   /* renameat2 */
	SYSCALL(83, AS(FILE)),	   /* mkdir */
	SYSCALL(258, AS(FILE)),	   /* mkdirat */
	SYSCALL(84, AS(FILE)),	   /* rmdir */
	SYSCALL(85, AS(FILE)),	   /* creat */
	SYSCALL(86, AS(FILE)),	   /* link */
	SYSCALL(87, AS(FILE)),	   /* unlink */
	SYSCALL(263, AS(FILE)),	   /* unlinkat */
	SYSCALL(88, AS(FILE)),	   /* symlink */
	SYSCALL(89, AS(FILE)),	   /* readlink */
	SYSCALL(267, AS(FILE)),	   /* readlinkat */
	SYSCALL(162, AS(FILE)),	   /* sync */
	SYSCALL(306, AS(FILE)),	   /* syncfs */
	SYSCALL(277, AS(FILE)),	   /* sync_file_range */
	SYSCALL(221, AS(FILE)),	   /* fadvise64 */
	SYSCALL(285, AS(FILE)),	   /* fallocate */
	SYSCALL(326, AS(FILE)),	   /* copy_file_range */
	SYSCALL(208, AS(FILE)),	   /* io_getevents */
	SYSCALL(26, AS(FILE)),	   /* msync */
	SYSCALL(9, AS(FAULT)),	   /* mmap */
	SYSCALL(10, AS(FAULT)),	   /* mprotect */
	SYSCALL(11, AS(FAULT)),	   /* munmap */
	SYSCALL(12, AS(FAULT)),	   /* brk */
	SYSCALL(25, AS(FAULT)),	   /* mremap */
	SYSCALL(28, AS(FAULT)),	   /* madvise */
	SYSCALL(56, AS(CHILD)),	   /* clone */
	SYSCALL(435, AS(CHILD)),   /* clone3 */
	SYSCALL(57, AS(CHILD)),	   /* fork */
	SYSCALL(58, AS(CHILD)),	   /* vfork */
	SYSCALL(61, AS(CHILD)),	   /* wait4 */
	SYSCALL(247, AS(CHILD)),   /* waitid */
};

#endif
