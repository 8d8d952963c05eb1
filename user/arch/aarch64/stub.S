/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The stub's entries, its trampolines and its marker sites. A marker's first instruction is the probe
 * site.
 */
#include "arch/insn.h"

	.set	FULL_BYTES, 128
#include "arch/stubhead.S"

	.text
	.macro	entry n
	.p2align 4
eval\n:	bti	c
	mov	w3, #\n
	b	stub_eval
	.endm
	entry	0
	entry	1
	entry	2
	entry	3

	.macro	marker name
	.p2align 4
	.globl	\name
\name:
	.byte	INSN_NOP
	ret
	.endm
	marker	stub_enter1
	marker	stub_leave1
	marker	stub_enter5
	marker	stub_leave5
	marker	stub_low
	marker	stub_follow

/*
 * What stands in the dispatch table in a handler's place: it goes where its path says, to the stub
 * or straight to the handler. Between two instructions no flag is live, and no vector register is
 * touched; x16 and x17 are ours, for an evaluator that has anything there is not entered this way
 * (code__leaves_scratch), and the other registers that a call may change are kept.
 */
	.p2align 6
hooks:
	.set	n, 0
	.rept	HOOKS
	ldr	x16, paths + 8 * n
	br	x16
	.set	n, n + 1
	.endr

	.macro	keep
	stp	x0, x1, [sp, #-160]!
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x18, x30, [sp, #128]
	.endm
	.macro	give_back
	ldp	x18, x30, [sp, #128]
	ldp	x14, x15, [sp, #112]
	ldp	x12, x13, [sp, #96]
	ldp	x10, x11, [sp, #80]
	ldp	x8, x9, [sp, #64]
	ldp	x6, x7, [sp, #48]
	ldp	x4, x5, [sp, #32]
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp], #160
	.endm

	.set	n, 0
	.macro	full function, count
	.rept	\count
	.p2align 7
	keep
	bl	\function
	give_back
	ldr	x16, config + 8 * n
	br	x16
	.set	n, n + 1
	.endr
	.endm
	.p2align 7
fulls:
	full	table_enter, 4
	full	table_enter_instrumented, 2
	full	table_leave, 3
	full	table_yields, 1
	full	table_leave_instrumented, 3
	full	table_yield_instrumented, 1
	full	table_catch, 6
	full	table_mark, 4

	.set	yield_kept, fulls + FULL_BYTES * 9 /* hands nothing on */

	/* PyTraceBack_Here, whose first bytes are at config + 192 now: its argument is in x0 */
	.p2align 3
traceback:
	ldr	x16, paths + 8 * HOOKS
	br	x16
	.p2align 4
traceback_full:
	keep
	bl	table_traceback
	give_back
	b	config + 8 * HOOKS

	/* stub_call(function, a, b): with the vector registers kept */
	.globl	stub_call
	.p2align 4
stub_call:
	stp	x29, x30, [sp, #-16]!
	sub	sp, sp, #512
	.irp	r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	str	q\r, [sp, #16 * \r]
	.endr
	mov	x16, x0
	mov	x0, x1
	mov	x1, x2
	blr	x16
	.irp	r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	ldr	q\r, [sp, #16 * \r]
	.endr
	add	sp, sp, #512
	ldp	x29, x30, [sp], #16
	ret

	/* The system calls of the list in x0, of struct stub_call; returns nowhere */
	.p2align 4
calls:
	mov	x19, x0
	b	2f
1:	ldp	x0, x1, [x19, #8]
	ldp	x2, x3, [x19, #24]
	ldp	x4, x5, [x19, #40]
	svc	#0
called:
	str	x0, [x19, #56]
	add	x19, x19, #64
2:	ldr	x8, [x19]
	tbz	x8, #63, 1b
	brk	#0

	/* what compilers make calls of: memset(to, byte, n) */
	.globl	memset
	.p2align 4
memset:
	mov	x9, #0
1:	cmp	x9, x2
	b.eq	2f
	strb	w1, [x0, x9]
	add	x9, x9, #1
	b	1b
2:	ret

	.section .note.GNU-stack, "", @progbits
