/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* All of libbpfprof: the two marker functions, the control object, and the notes that find them.
 * What they are is told in include/bpfprof.h. One object file, so that whoever links one has all. */
#include "arch/insn.h"
#include "bpfprof.h"

/* No landing pad (endbr64, bti) at the start: the kernel wants the nop to be the first
 * instruction. */
.macro MARKER symbol
	.globl	\symbol
	.type	\symbol, @function
	.balign	16
\symbol:
	.cfi_startproc
	.byte	INSN_NOP5
.L\symbol:
	nop
	ret
	.cfi_endproc
	.size	\symbol, . - \symbol
.endm

/* A stapsdt note: location, base, semaphore, provider, name, arguments. Its section is not loaded,
 * as in every other object that has such notes; strip leaves it. */
.macro STAPSDT name, location
	.balign	4
	.long	8, 9f - 8f, 3
	.asciz	"stapsdt"
8:	.quad	\location
	.quad	_.stapsdt.base
	.quad	0
	.asciz	"bpfprof"
	.asciz	"\name"
	.asciz	INSN_NOTE_ARG
9:	.balign	4
.endm

	.text
	MARKER bpfprof_block_begin
	MARKER bpfprof_block_end

	.section .note.stapsdt, "", @note
	STAPSDT block__begin, .Lbpfprof_block_begin
	STAPSDT block__end, .Lbpfprof_block_end

/* Tells how far prelink or a linker moved the text since the notes were written. */
	.section .stapsdt.base, "aG", @progbits, .stapsdt.base, comdat
	.weak	_.stapsdt.base
	.hidden	_.stapsdt.base
_.stapsdt.base:
	.space	1
	.size	_.stapsdt.base, 1

	.data
	.globl	bpfprof_control
	.type	bpfprof_control, @object
	.balign	64
bpfprof_control:
.Lcontrol:
	.quad	BPFPROF_CONTROL_MAGIC
	.long	BPFPROF_CONTROL_BYTES
	.zero	BPFPROF_CONTROL_BYTES - 12
	.size	bpfprof_control, . - bpfprof_control

	.section .note.bpfprof, "a", @note
	.balign	4
	.long	8, 8, BPFPROF_NOTE_CONTROL
	.asciz	"bpfprof"
1:	.quad	.Lcontrol - 1b

	.section .note.GNU-stack, "", @progbits
