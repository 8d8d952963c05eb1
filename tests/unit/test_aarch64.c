/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Instructions read in other programs' code: those of Debian's CPython for aarch64, and those that
 * must be refused. */
#include "unit/test.h"

#include "arch/code.h"
#include "arch/insn.h"
#include "arch/regs.h"

#define CODE(...)    ((const unsigned char *)(const uint32_t[]){__VA_ARGS__})
#define SIZE(...)    (sizeof((const uint32_t[]){__VA_ARGS__}))
#define LOAD(l, ...) code__load(CODE(__VA_ARGS__), SIZE(__VA_ARGS__), 0x5eeb74, l)

TEST(loads)
{
	struct load l = {0};

	/* ldr x0, [x0, #1424] */
	CHECK(LOAD(&l, 0xf942c800) && l.from == LOAD_ARGUMENT && l.disp == 1424 && l.size == 4);
	/* adrp x0; add x0, x0, #0x258; ldr x0, [x0] */
	l = (struct load){0};
	CHECK(LOAD(&l, 0xd0002220, 0x91096000, 0xf9400000) && l.from == LOAD_NEAR && l.size == 12);
	CHECK(l.target == 0x5ee000 + 0x446000 + 0x258);
	/* then: ldr x0, [x0, #48] */
	CHECK(LOAD(&l, 0xf9401800) && l.from == LOAD_LOADED && l.disp == 48);
	/* mrs x1, tpidr_el0; add x1, x1, #1, lsl #12; ldr x0, [x1, #16] */
	l = (struct load){0};
	CHECK(LOAD(&l, 0xd53bd041, 0x91400421, 0xf9400820) && l.from == LOAD_THREADS &&
	      l.disp == 4096 + 16 && l.size == 12);
	/* mrs x1, tpidr_el0; ldr x0, [x1, x0] */
	CHECK(LOAD(&l, 0xd53bd041, 0xf8606820) && l.from == LOAD_THREADS_LOADED && l.size == 8);
	l = (struct load){0};
	CHECK(!LOAD(&l, 0xd0002220, 0x91096000));	      /* cut */
	CHECK(!LOAD(&l, 0xd0002220, 0x91096021, 0xf9400020)); /* of another register */
	CHECK(!LOAD(&l, 0xb9402800));			      /* of 4 bytes */
	CHECK(!LOAD(&l, 0xf9000800));			      /* a store */
	CHECK(!LOAD(&l, 0xf94007e0));			      /* of the stack */
}

TEST(beginnings_and_ends)
{
	int32_t disp;

	/* paciasp; stp x29, x30, [sp, #-16]!; mov x29, sp */
	CHECK(code__prologue(CODE(0xd503233f, 0xa9bf7bfd, 0x910003fd), 12) == 12);
	CHECK(code__prologue(CODE(0xd503233f, 0xa9bf7bfd, 0x910003fd), 11) == 8);
	CHECK(code__prologue(CODE(0xf942c800), 4) == 0);
	CHECK(code__returns(CODE(0xd65f03c0), 4));
	CHECK(code__returns(CODE(0xa8c17bfd, 0xd50323bf, 0xd65f03c0), 12));
	CHECK(!code__returns(CODE(0xa8c17bfd, 0xd503201f), 8));
	CHECK(!code__returns(CODE(0xd65f03c0), 3));
	/* ldr x1, [x0, #64]; br x1 */
	CHECK(code__jump_loaded(CODE(0xf9402001, 0xd61f0020), 8, &disp) && disp == 64);
	CHECK(!code__jump_loaded(CODE(0xf9402001, 0xd61f0040), 8, &disp));
}

TEST(movable_beginnings)
{
	CHECK(code__movable(CODE(0xa9b67bfd), 4, 4) == 4); /* stp x29, x30, [sp, #-160]! */
	CHECK(code__movable(CODE(0xd503233f, 0xd10283ff), 8, 8) ==
	      8);					   /* paciasp; sub sp, sp, #160 */
	CHECK(code__movable(CODE(0xaa0003f6), 4, 4) == 4); /* mov x22, x0 */
	CHECK(!code__movable(CODE(0x90002620), 4, 4));	   /* adrp */
	CHECK(!code__movable(CODE(0x14000002), 4, 4));	   /* b */
	CHECK(!code__movable(CODE(0xb4000060), 4, 4));	   /* cbz */
	CHECK(!code__movable(CODE(0x58000040), 4, 4));	   /* ldr of a literal */
	CHECK(!code__movable(CODE(0xa9b67bfd), 3, 4));
}

TEST(jumps_lead_where_they_were_to)
{
	unsigned char code[INSN_JUMP_BYTES];
	struct {
		uint32_t code[4];
		uint64_t word;
	} there;
	uint64_t target = 0;

	code__put_jump(code, 0x401000, 0x7f0000);
	CHECK(code__jump(code, 0x401000, &target) && target == 0x7f0000);
	code__put_jump(code, 0x7401000, 0x400000);
	CHECK(code__jump(code, 0x7401000, &target) && target == 0x400000);
	code__put_nops(code, sizeof(code));
	CHECK(!code__jump(code, 0x401000, &target) && !memcmp(code, CODE(0xd503201f), 4));
	code__put_jump_by((unsigned char *)&there, &there.word);
	CHECK(there.code[0] == 0x58000090 && there.code[1] == 0xd65f0200);
	CHECK(code__calls(CODE(0xd503201f, 0x94000400), 8, 0x1000, 0x2004));
	CHECK(!code__calls(CODE(0xd503201f, 0x94000400), 8, 0x1000, 0x2000));
	CHECK(!code__calls(CODE(0xd503201f, 0x94000400), 7, 0x1000, 0x2004));
	CHECK(code__is_probed(CODE(0xd42000a0)) && !code__is_probed(CODE(0xd4200000)));
}

#define LEAVES(insn) code__leaves_scratch(CODE(insn), 4)

TEST(scratch_registers)
{
	CHECK(LEAVES(0xf8607b03));		/* ldr x3, [x24, x0, lsl #3] */
	CHECK(LEAVES(0xd61f0060));		/* br x3 */
	CHECK(LEAVES(0x94000210));		/* bl, of 16 in its distance */
	CHECK(LEAVES(0x540001f0));		/* b.eq, likewise */
	CHECK(LEAVES(0xd2800200));		/* mov x0, #16 */
	CHECK(LEAVES(0x1e7140e0));		/* of vectors alone: v17 */
	CHECK(LEAVES(0xfd400010));		/* ldr d16, [x0] */
	CHECK(!LEAVES(0xd61f0200));		/* br x16 */
	CHECK(!LEAVES(0xaa1003e0));		/* mov x0, x16 */
	CHECK(!LEAVES(0xaa0003f1));		/* mov x17, x0 */
	CHECK(!LEAVES(0xf9400211));		/* ldr x17, [x16] */
	CHECK(!LEAVES(0xa9400400 | 17u << 10)); /* ldp x0, x17, [x0] */
	CHECK(!LEAVES(0x90000010));		/* adrp x16 */
	CHECK(!LEAVES(0x9b107c00));		/* mul x0, x0, x16 */
	CHECK(!LEAVES(0x9e670210));		/* fmov d16, x16 */
	CHECK(!LEAVES(0xb4000010));		/* cbz x16 */
	CHECK(!code__leaves_scratch(CODE(0xd503201f, 0xaa1003e0), 8));
	CHECK(code__leaves_scratch(CODE(0xd503201f, 0xaa1003e0), 4));
}

TEST(probe_arguments)
{
	const char *args = "8@x20 -4@[sp, 152] 8@x21 -4@w0 4@x28 8@w3 8@sp -4@7 8@x31";

	CHECK(usdt_arg__reg(args, 0) == ACC_REG_X0 + 20);
	CHECK(usdt_arg__reg(args, 1) == ACC_REG_UNKNOWN);
	CHECK(usdt_arg__reg(args, 2) == ACC_REG_X0 + 21);
	CHECK(usdt_arg__reg(args, 3) == ACC_REG_X0);
	CHECK(usdt_arg__reg(args, 4) == ACC_REG_X0 + 28);
	for (unsigned int n = 5; n < 12; n++)
		CHECK(usdt_arg__reg(args, n) == ACC_REG_UNKNOWN);
	CHECK(usdt_arg__reg("", 0) == ACC_REG_UNKNOWN);
}
