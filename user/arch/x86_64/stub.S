/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The stub's entries, its trampolines and its marker sites. A marker's first instruction is the probe
 * site. Below the stack pointer nothing is live there, which Linux 6.18 needs where it turns a 5-byte
 * nop into a call.
 */
#include "arch/insn.h"

	.set	FULL_BYTES, 64
#include "arch/stubhead.S"

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
	.byte	INSN_NOP5
	.endif
	ret
	.endm
	marker	stub_enter1, 1
	marker	stub_leave1, 1
	marker	stub_enter5, 5
	marker	stub_leave5, 5
	marker	stub_low, 1
	marker	stub_follow, 1

/*
 * What stands in the dispatch table in a handler's place: it goes where its path says, to the stub
 * or straight to the handler. Between two instructions no flag is live, and no vector register is
 * touched; the registers that a call may change are kept, and so is what lies below the stack
 * pointer.
 */
	.p2align 6
hooks:
	.set	n, 0
	.rept	HOOKS
	.p2align 3
	jmp	*(paths + 8 * n)(%rip)
	.set	n, n + 1
	.endr

	.macro	keep
	push	%rax
	push	%rcx
	push	%rdx
	push	%rsi
	push	%rdi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	.endm
	.macro	give_back
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rdi
	pop	%rsi
	pop	%rdx
	pop	%rcx
	pop	%rax
	.endm

	.set	n, 0
	.macro	full function, count
	.rept	\count
	.p2align 6
	lea	-128(%rsp), %rsp
	keep
	call	\function
	give_back
	lea	128(%rsp), %rsp
	jmp	*(config + 8 * n)(%rip)
	.set	n, n + 1
	.endr
	.endm
	.p2align 6
fulls:
	full	table_enter, 4
	full	table_enter_instrumented, 2
	full	table_leave, 3
	full	table_yields, 1
	full	table_leave_instrumented, 3
	full	table_yield_instrumented, 1
	full	table_catch, 6
	full	table_mark, 4

	/* as that of table_yields, which is handed the registers that a call keeps */
	.p2align 4
yield_kept:
	lea	-128(%rsp), %rsp
	keep
	push	%r15
	push	%r14
	push	%r13
	push	%r12
	push	%rbp
	push	%rbx
	mov	%rsp, %rdi
	call	table_yields
	add	$48, %rsp
	give_back
	lea	128(%rsp), %rsp
	jmp	*(config + 8 * 9)(%rip)

	/* PyTraceBack_Here, whose first bytes are at config + 192 now: its argument is in %rdi */
	.p2align 3
traceback:
	jmp	*(paths + 8 * HOOKS)(%rip)
	.p2align 4
traceback_full:
	keep
	call	table_traceback
	give_back
	jmp	config + 8 * HOOKS

	/* stub_call(function, a, b): with the stack aligned and the vector registers kept */
	.globl	stub_call
	.p2align 4
stub_call:
	push	%rbx
	mov	%rsp, %rbx
	and	$-16, %rsp
	sub	$256, %rsp
	.irp	r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movaps	%xmm\r, 16 * \r(%rsp)
	.endr
	mov	%rdi, %rax
	mov	%rsi, %rdi
	mov	%rdx, %rsi
	call	*%rax
	.irp	r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movaps	16 * \r(%rsp), %xmm\r
	.endr
	mov	%rbx, %rsp
	pop	%rbx
	ret

	/* The system calls of the list in %rdi, of struct stub_call; returns nowhere */
	.p2align 4
calls:
	mov	%rdi, %rbx
	jmp	2f
1:	mov	8(%rbx), %rdi
	mov	16(%rbx), %rsi
	mov	24(%rbx), %rdx
	mov	32(%rbx), %r10
	mov	40(%rbx), %r8
	mov	48(%rbx), %r9
	syscall
called:
	mov	%rax, 56(%rbx)
	add	$64, %rbx
2:	mov	(%rbx), %rax
	test	%rax, %rax
	jns	1b
	int3

	.section .note.GNU-stack, "", @progbits
