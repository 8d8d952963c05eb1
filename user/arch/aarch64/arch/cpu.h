/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Registers of the running thread, and system calls without a libc. Freestanding: the stub and the
 * package use it too. All of it is safe from any thread.
 */
#ifndef BPFPROF_AARCH64_CPU_H
#define BPFPROF_AARCH64_CPU_H

#include <asm/unistd.h>
#include <linux/types.h>

#define CPU_CLOCKSOURCE "arch_sys_counter" /* what the kernel calls the counter */

#define CPU_INLINE static inline __attribute__((always_inline, unused))

/* The processor's counter of time, in ticks of a constant rate (base/ticks.h says which). */
CPU_INLINE __u64 cpu__ticks(void)
{
	__u64 ticks;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
	return ticks;
}

/* Whether the counter runs at one rate, whatever the processor does: the architecture has it so. */
CPU_INLINE int cpu__ticks_are_steady(void)
{
	return 1;
}

/* The address of the thread's control block, some 2 KiB above what pthread_self() returns. */
CPU_INLINE __u64 cpu__tcb(void)
{
	__u64 tcb;

	__asm__("mrs %0, tpidr_el0" : "=r"(tcb));
	return tcb;
}

/* The word at so many bytes (signed) from the control block. */
CPU_INLINE __u64 cpu__thread_word(__u64 offset)
{
	return *(volatile __u64 *)(cpu__tcb() + offset);
}

/* Where glibc keeps the address of what the thread has of a module that the dynamic linker loaded.
 */
CPU_INLINE __u64 cpu__tls_entry(__u64 module)
{
	return cpu__thread_word(0) + 16 * module;
}

CPU_INLINE __u64 cpu__stack_pointer(void)
{
	__u64 sp;

	__asm__("mov %0, sp" : "=r"(sp));
	return sp;
}

/* A system call by its number; its result, or a negative errno. */
CPU_INLINE long cpu__syscall(long nr, long a, unsigned long b, long c, unsigned long d)
{
	register long number __asm__("x8") = nr;
	register long result __asm__("x0") = a;
	register unsigned long second __asm__("x1") = b;
	register long third __asm__("x2") = c;
	register unsigned long fourth __asm__("x3") = d;

	__asm__ volatile("svc #0"
			 : "+r"(result)
			 : "r"(number), "r"(second), "r"(third), "r"(fourth)
			 : "memory");
	return result;
}

#endif
