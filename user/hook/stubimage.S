/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The stub's code, as the Makefile linked it. */
	.section .rodata
	.globl	stub_image, stub_image_end
stub_image:
	.incbin	"stub.bin"
stub_image_end:
	.section .note.GNU-stack, "", @progbits
