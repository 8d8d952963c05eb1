/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Registers of the running thread, and system calls without a libc. Freestanding: the stub and the
 * package use it too. All of it is safe from any thread.
 */
#ifndef BPFPROF_ARCH_CPU_H
#define BPFPROF_ARCH_CPU_H

#include <asm/unistd.h>
#include <cpuid.h>
#include <linux/types.h>

#define CPU_CLOCKSOURCE "tsc" /* what the kernel calls the counter */

#define CPU_INLINE static inline __attribute__((always_inline, unused))

/* The processor's counter of time, in ticks of a constant rate (base/ticks.h says which). */
CPU_INLINE __u64 cpu__ticks(void)
{
	return __builtin_ia32_rdtsc();
}

/* Whether the counter runs at one rate, whatever the processor does (invariant TSC). */
CPU_INLINE int cpu__ticks_are_steady(void)
{
	unsigned int a, b, c, d;

	return __get_cpuid(0x80000007, &a, &b, &c, &d) && d & 1u << 8;
}

/* The address of the thread's control block, what pthread_self() returns. */
CPU_INLINE __u64 cpu__tcb(void)
{
	__u64 tcb;

	__asm__("mov %%fs:0, %0" : "=r"(tcb));
	return tcb;
}

/* The word at so many bytes (signed) from the control block. */
CPU_INLINE __u64 cpu__thread_word(__u64 offset)
{
	__u64 word;

	__asm__ volatile("mov %%fs:(%1), %0" : "=r"(word) : "r"(offset));
	return word;
}

/* Where glibc keeps the address of what the thread has of a module that the dynamic linker loaded.
 */
CPU_INLINE __u64 cpu__tls_entry(__u64 module)
{
	return cpu__thread_word(8) + 16 * module;
}

CPU_INLINE __u64 cpu__stack_pointer(void)
{
	__u64 sp;

	__asm__("mov %%rsp, %0" : "=r"(sp));
	return sp;
}

/* A system call by its number; its result, or a negative errno. */
CPU_INLINE long cpu__syscall(long nr, long a, unsigned long b, long c, unsigned long d)
{
	register unsigned long fourth __asm__("r10") = d;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(fourth)
			 : "rcx", "r11", "memory");
	return result;
}

#endif
