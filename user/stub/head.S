/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The stub's table of offsets, its entries and its marker sites. A marker's first instruction is
 * the probe site. Below the stack pointer nothing is live there, which Linux 6.18 needs where it
 * turns a 5-byte nop into a call.
 */
	.section .head, "ax"
	.globl	stub_head
stub_head:
	.quad	0x31627574736d7062
	.long	eval0 - stub_head, eval1 - stub_head, eval2 - stub_head, eval3 - stub_head
	.long	stub_enter1 - stub_head, stub_leave1 - stub_head
	.long	stub_enter5 - stub_head, stub_leave5 - stub_head
	.long	stub_low - stub_head, 0

	.text
	.macro	entry n
	.p2align 4
eval\n:	endbr64
	movl	$\n, %ecx
	jmp	stub_eval
	.endm
	entry	0
	entry	1
	entry	2
	entry	3

	.macro	marker name, bytes
	.p2align 4
	.globl	\name
\name:
	.if	\bytes == 1
	nop
	.else
	.byte	0x0f, 0x1f, 0x44, 0x00, 0x00
	.endif
	ret
	.endm
	marker	stub_enter1, 1
	marker	stub_leave1, 1
	marker	stub_enter5, 5
	marker	stub_leave5, 5
	marker	stub_low, 1

	.section .note.GNU-stack, "", @progbits
