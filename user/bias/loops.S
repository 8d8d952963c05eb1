/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The second interpreter's program, in bpfprof. */
	.section .rodata
	.globl	calibrate_loops
calibrate_loops:
	.incbin	"user/bias/loops.py"
	.byte	0

	.section .note.GNU-stack, "", @progbits
