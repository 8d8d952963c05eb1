/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which registers an instruction names, as far as to say that it does not name x16 or x17. By the
 * classes of the encoding, each with the fields that are general registers in any of its members:
 * one that is a register in some only is taken for one in all.
 */
#include "arch/code.h"

#include <string.h>

#define D 1u /* bits 0 to 4 */
#define N 2u /* bits 5 to 9 */
#define A 4u /* bits 10 to 14 */
#define M 8u /* bits 16 to 20 */

/* The first that fits. */
static const struct {
	uint32_t mask, value;
	unsigned int fields;
} classes[] = {
	{0x1f000000, 0x10000000, D},	     /* adr, adrp */
	{0x1f800000, 0x12800000, D},	     /* movz, movn, movk */
	{0x1f800000, 0x13800000, D | N | M}, /* extr */
	{0x1c000000, 0x10000000, D | N},     /* all else with a constant */
	{0x7c000000, 0x14000000, 0},	     /* b, bl */
	{0xfe000000, 0x54000000, 0},	     /* b.cond */
	{0x7c000000, 0x34000000, D},	     /* cbz, cbnz, tbz, tbnz */
	{0xff000000, 0xd4000000, 0},	     /* svc, brk */
	{0xff000000, 0xd5000000, D},	     /* mrs, msr, hints, barriers */
	{0xfe000000, 0xd6000000, D | N},     /* br, blr, ret */
	{0x3f000000, 0x1c000000, 0},	     /* ldr of a literal, vectors */
	{0x3e000000, 0x2c000000, N},	     /* ldp, stp of vectors */
	{0x3f200000, 0x3c000000, N},	     /* ldr, str of vectors */
	{0x3f000000, 0x3d000000, N},
	{0x3f200000, 0x3c200000, N | M},
	{0x3b000000, 0x18000000, D},		 /* ldr of a literal */
	{0x3a000000, 0x28000000, D | N | A},	 /* ldp, stp */
	{0x3f000000, 0x08000000, D | N | A | M}, /* exclusive, compare and swap */
	{0x3b200000, 0x38000000, D | N},	 /* ldr, str with a constant */
	{0x3b000000, 0x39000000, D | N},	 /* likewise, unsigned */
	{0x3b200000, 0x38200000, D | N | M},	 /* by a register; atomics */
	{0x1f000000, 0x1b000000, D | N | A | M}, /* madd and its like */
	{0x0e000000, 0x0a000000, D | N | M},	 /* all else of registers */
	{0x7f20fc00, 0x1e200000, D | N},	 /* between general and vector registers */
	{0x9fe08400, 0x0e000400, D | N},
	{0x0e000000, 0x0e000000, 0}, /* of vectors alone */
};

static bool is_scratch(uint32_t reg)
{
	return (reg & 31) == 16 || (reg & 31) == 17;
}

static bool names_scratch(uint32_t insn)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		const unsigned int fields = classes[i].fields;

		if ((insn & classes[i].mask) == classes[i].value)
			return (fields & D && is_scratch(insn)) ||
			       (fields & N && is_scratch(insn >> 5)) ||
			       (fields & A && is_scratch(insn >> 10)) ||
			       (fields & M && is_scratch(insn >> 16));
	}
	return insn >> 16; /* udf is not run; what is not known may name any */
}

bool code__leaves_scratch(const unsigned char *code, size_t size)
{
	for (size_t i = 0; size - i >= 4 && i < size; i += 4) {
		uint32_t insn;

		memcpy(&insn, code + i, sizeof(insn));
		if (names_scratch(insn))
			return false;
	}
	return true;
}
