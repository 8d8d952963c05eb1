/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The bytes of the instructions that we write or look for, also for assembler sources. */
#ifndef BPFPROF_ARCH_INSN_H
#define BPFPROF_ARCH_INSN_H

#define INSN_STEP	      1 /* instructions begin at multiples of it */
#define INSN_NOP	      0x90
#define INSN_NOP5	      0x0f, 0x1f, 0x44, 0x00, 0x00 /* nopl 0(%rax,%rax,1) */
#define INSN_NOP5_BYTES	      5
#define INSN_RET	      0xc3
#define INSN_RETURN_0	      0x31, 0xc0, INSN_RET /* xor %eax, %eax; ret */
#define INSN_RETURN_0_BYTES   3
#define INSN_BREAKPOINT	      0xcc
#define INSN_BREAKPOINT_BYTES 1
#define INSN_SYSCALL	      0x0f, 0x05
/* A system call, and a jump to itself for ever: 8 bytes. */
#define INSN_PARK	INSN_SYSCALL, 0xeb, 0xfe, INSN_NOP, INSN_NOP, INSN_NOP, INSN_NOP
#define INSN_CALL	0xe8 /* and 4 bytes: how far from its end */
#define INSN_JUMP	0xe9 /* likewise */
#define INSN_JUMP_BYTES 5
#define INSN_JUMP_REACH 0x7ff00000ull /* less some room for what is jumped over */
#define INSN_JUMP_BY	0xff, 0x25    /* and 4 bytes: how far from its end the address stands */

#define INSN_NOTE_ARG "8@%rdi" /* the first argument of a function, in a stapsdt note */

/* Some of these for an assembler's .byte in a string. */
#define INSN_TEXT_(...) #__VA_ARGS__
#define INSN_TEXT(...)	INSN_TEXT_(__VA_ARGS__)

#endif
