/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The bytes of the instructions that we write or look for, also for assembler sources. */
#ifndef BPFPROF_AARCH64_INSN_H
#define BPFPROF_AARCH64_INSN_H

#define INSN_STEP	      4 /* instructions begin at multiples of it */
#define INSN_NOP	      0x1f, 0x20, 0x03, 0xd5
#define INSN_NOP5	      INSN_NOP /* no nop costs a probe less than another */
#define INSN_NOP5_BYTES	      4
#define INSN_RET	      0xc0, 0x03, 0x5f, 0xd6
#define INSN_RETURN_0	      0x00, 0x00, 0x80, 0x52, INSN_RET /* mov w0, #0; ret */
#define INSN_RETURN_0_BYTES   8
#define INSN_BREAKPOINT	      0x00, 0x00, 0x20, 0xd4 /* brk #0 */
#define INSN_BREAKPOINT_BYTES 4
#define INSN_SYSCALL	      0x01, 0x00, 0x00, 0xd4 /* svc #0 */
/* A system call, and a jump to itself for ever: 8 bytes. */
#define INSN_PARK	INSN_SYSCALL, 0x00, 0x00, 0x00, 0x14 /* b . */
#define INSN_JUMP_BYTES 4
#define INSN_JUMP_REACH 0x7f00000ull /* less some room for what is jumped over */

#define INSN_NOTE_ARG "8@x0" /* the first argument of a function, in a stapsdt note */

/* Some of these for an assembler's .byte in a string. */
#define INSN_TEXT_(...) #__VA_ARGS__
#define INSN_TEXT(...)	INSN_TEXT_(__VA_ARGS__)

#endif
