/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The stub's table of offsets, for assembler sources: each processor's stub.S has what it leads to.
 * Includers have FULL_BYTES, the room of a trampoline that keeps all registers. */
	.set	HOOKS, 24

	.section .head, "ax"
	.globl	stub_head
stub_head:
	.quad	0x31627574736d7062
	.quad	0, 0
	.long	eval0 - stub_head, eval1 - stub_head, eval2 - stub_head, eval3 - stub_head
	.long	stub_enter1 - stub_head, stub_leave1 - stub_head
	.long	stub_enter5 - stub_head, stub_leave5 - stub_head
	.long	stub_low - stub_head, stub_follow - stub_head
	.set	n, 0
	.rept	HOOKS
	.long	hooks + 8 * n - stub_head
	.set	n, n + 1
	.endr
	.set	n, 0
	.rept	HOOKS
	.long	fulls + FULL_BYTES * n - stub_head
	.set	n, n + 1
	.endr
	/* the first trampoline of each kind, in the order of enum stub_kind, and one beyond */
	.long	0, 4, 6, 9, 10, 13, 14, 20, 22
	.long	traceback - stub_head, traceback_full - stub_head
	.long	calls - stub_head, called - stub_head, yield_kept - stub_head
