/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What system calls wait for, for BPF programs. Includers have enum tells and enum acc_reason. */
#ifndef BPFPROF_AARCH64_WAITS_H
#define BPFPROF_AARCH64_WAITS_H

#include "arch/probed.bpf.h"

#define SYSCALLS 512

#define TIF_32BIT 22 /* a 32-bit program, whose system calls have other numbers */

/* With which a thread entered the kernel; negative as a signed number: by no system call. The
 * verifier does not follow a comparison of the lower half, which compilers would make of it. */
static __always_inline __u64 syscall_nr(const struct task_struct *task, const struct pt_regs *regs)
{
	__s64 nr = regs->syscallno;

	barrier_var(nr);
	return task->thread_info.flags & 1ul << TIF_32BIT ? SYSCALLS : (__u64)nr;
}

#define SYSCALL(nr, reason) [nr] = (reason) + 1
#define AS(reason)	    ACC_REASON_##reason

/* By number, plus 1; 0: other. */
const volatile __u8 syscall_reasons[SYSCALLS] = {
	SYSCALL(98, TELLS_FUTEX),  /* futex */
	SYSCALL(449, AS(LOCK)),	   /* futex_waitv */
	SYSCALL(455, TELLS_FUTEX), /* futex_wait */
	SYSCALL(193, AS(LOCK)),	   /* semop */
	SYSCALL(192, AS(LOCK)),	   /* semtimedop */
	SYSCALL(101, AS(SLEEP)),   /* nanosleep */
	SYSCALL(115, AS(SLEEP)),   /* clock_nanosleep */
	SYSCALL(73, TELLS_LIST),   /* ppoll */
	SYSCALL(72, TELLS_FILES),  /* pselect6 */
	SYSCALL(22, AS(POLL)),	   /* epoll_pwait */
	SYSCALL(441, AS(POLL)),	   /* epoll_pwait2 */
	SYSCALL(426, AS(POLL)),	   /* io_uring_enter */
	SYSCALL(203, AS(SOCKET)),  /* connect */
	SYSCALL(202, AS(SOCKET)),  /* accept */
	SYSCALL(242, AS(SOCKET)),  /* accept4 */
	SYSCALL(206, AS(SOCKET)),  /* sendto */
	SYSCALL(207, AS(SOCKET)),  /* recvfrom */
	SYSCALL(211, AS(SOCKET)),  /* sendmsg */
	SYSCALL(212, AS(SOCKET)),  /* recvmsg */
	SYSCALL(243, AS(SOCKET)),  /* recvmmsg */
	SYSCALL(269, AS(SOCKET)),  /* sendmmsg */
	SYSCALL(63, TELLS_FILE),   /* read */
	SYSCALL(64, TELLS_FILE),   /* write */
	SYSCALL(67, TELLS_FILE),   /* pread64 */
	SYSCALL(68, TELLS_FILE),   /* pwrite64 */
	SYSCALL(65, TELLS_FILE),   /* readv */
	SYSCALL(66, TELLS_FILE),   /* writev */
	SYSCALL(69, TELLS_FILE),   /* preadv */
	SYSCALL(70, TELLS_FILE),   /* pwritev */
	SYSCALL(286, TELLS_FILE),  /* preadv2 */
	SYSCALL(287, TELLS_FILE),  /* pwritev2 */
	SYSCALL(71, TELLS_FILE),   /* sendfile */
	SYSCALL(29, TELLS_FILE),   /* ioctl */
	SYSCALL(57, TELLS_FILE),   /* close */
	SYSCALL(56, AS(FILE)),	   /* openat */
	SYSCALL(437, AS(FILE)),	   /* openat2 */
	SYSCALL(80, AS(FILE)),	   /* fstat */
	SYSCALL(79, AS(FILE)),	   /* newfstatat */
	SYSCALL(291, AS(FILE)),	   /* statx */
	SYSCALL(48, AS(FILE)),	   /* faccessat */
	SYSCALL(439, AS(FILE)),	   /* faccessat2 */
	SYSCALL(25, AS(FILE)),	   /* fcntl */
	SYSCALL(32, AS(FILE)),	   /* flock */
	SYSCALL(82, AS(FILE)),	   /* fsync */
	SYSCALL(83, AS(FILE)),	   /* fdatasync */
	SYSCALL(45, AS(FILE)),	   /* truncate */
	SYSCALL(46, AS(FILE)),	   /* ftruncate */
	SYSCALL(61, AS(FILE)),	   /* getdents64 */
	SYSCALL(38, AS(FILE)),	   /* renameat */
	SYSCALL(276, AS(FILE)),	   /* renameat2 */
	SYSCALL(34, AS(FILE)),	   /* mkdirat */
	SYSCALL(35, AS(FILE)),	   /* unlinkat */
	SYSCALL(78, AS(FILE)),	   /* readlinkat */
	SYSCALL(81, AS(FILE)),	   /* sync */
	SYSCALL(267, AS(FILE)),	   /* syncfs */
	SYSCALL(84, AS(FILE)),	   /* sync_file_range */
	SYSCALL(223, AS(FILE)),	   /* fadvise64 */
	SYSCALL(47, AS(FILE)),	   /* fallocate */
	SYSCALL(285, AS(FILE)),	   /* copy_file_range */
	SYSCALL(4, AS(FILE)),	   /* io_getevents */
	SYSCALL(227, AS(FILE)),	   /* msync */
	SYSCALL(222, AS(FAULT)),   /* mmap */
	SYSCALL(226, AS(FAULT)),   /* mprotect */
	SYSCALL(215, AS(FAULT)),   /* munmap */
	SYSCALL(214, AS(FAULT)),   /* brk */
	SYSCALL(216, AS(FAULT)),   /* mremap */
	SYSCALL(233, AS(FAULT)),   /* madvise */
	SYSCALL(220, AS(CHILD)),   /* clone */
	SYSCALL(435, AS(CHILD)),   /* clone3 */
	SYSCALL(260, AS(CHILD)),   /* wait4 */
	SYSCALL(95, AS(CHILD)),	   /* waitid */
};

#endif
