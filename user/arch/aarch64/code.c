/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Instructions by their bits. What is not listed is not known. */
#include "arch/code.h"

#include <string.h>

#include "arch/insn.h"

#define X0 0u
#define SP 31u

/* The instruction at `at`; 0, which is none, where the code ends before it does. */
static uint32_t insn_at(const unsigned char *code, size_t size, size_t at)
{
	uint32_t insn = 0;

	if (at <= size && size - at >= sizeof(insn))
		memcpy(&insn, code + at, sizeof(insn));
	return insn;
}

/* The n bits from bit `from` on. */
static uint32_t bits(uint32_t insn, unsigned int from, unsigned int n)
{
	return insn >> from & ((1u << n) - 1);
}

/* The same as a signed number. */
static int64_t signed_bits(uint32_t insn, unsigned int from, unsigned int n)
{
	int64_t half = 1ll << (n - 1);

	return (int64_t)(bits(insn, from, n) ^ (uint32_t)half) - half;
}

#define RD(insn) bits(insn, 0, 5)
#define RN(insn) bits(insn, 5, 5)

/* --- loads ---------------------------------------------------------------------------------------
 */

/* ldr x, [x, #offset]: 8 bytes, the offset in steps of 8. */
static bool is_load(uint32_t insn, uint32_t *to, uint32_t *base, int32_t *disp)
{
	*to = RD(insn);
	*base = RN(insn);
	*disp = (int32_t)bits(insn, 10, 12) * 8;
	return (insn & 0xffc00000) == 0xf9400000 && *base != SP;
}

/* add x, x, #imm, of 12 bits, or of those above them. */
static bool is_add(uint32_t insn, int32_t *imm)
{
	*imm = (int32_t)bits(insn, 10, 12) << (insn & 1u << 22 ? 12 : 0);
	return (insn & 0xff800000) == 0x91000000;
}

/* adrp x, page: the page's address, of one at addr. */
static uint64_t page_of(uint32_t insn, uint64_t addr)
{
	int64_t pages = signed_bits(insn, 5, 19) * 4 + bits(insn, 29, 2);

	return (addr & ~0xfffull) + (uint64_t)(pages * 4096);
}

/* The adds of a register to itself at *at, which then is behind them; what they add up to. */
static int32_t skip_adds(const unsigned char *code, size_t size, size_t *at, uint32_t reg)
{
	int32_t sum = 0, imm;

	for (int i = 0; i < 2; i++, *at += 4) {
		uint32_t insn = insn_at(code, size, *at);

		if (!is_add(insn, &imm) || RD(insn) != reg || RN(insn) != reg)
			break;
		sum += imm;
	}
	return sum;
}

/* adrp or mrs (tpidr_el0), adds, and the load. */
static bool load_by_sum(const unsigned char *code, size_t size, uint64_t addr, struct load *l)
{
	const uint32_t first = insn_at(code, size, 0);
	const bool near = (first & 0x9f000000) == 0x90000000;
	size_t at = 4;
	int32_t sum, disp;
	uint32_t to, base;

	if (!near && (first & ~0x1fu) != 0xd53bd040)
		return false;
	sum = skip_adds(code, size, &at, RD(first));
	if (!is_load(insn_at(code, size, at), &to, &base, &disp) || to != X0 || base != RD(first))
		return false;
	*l = (struct load){.from = near ? LOAD_NEAR : LOAD_THREADS,
			   .disp = near ? 0 : sum + disp,
			   .size = at + 4};
	if (near)
		l->target = page_of(first, addr) + (uint64_t)(int64_t)(sum + disp);
	return true;
}

/* mrs x, tpidr_el0; ldr x0, [x, x0]: by what was loaded before. */
static bool load_by_loaded(const unsigned char *code, size_t size, struct load *l)
{
	const uint32_t first = insn_at(code, size, 0), second = insn_at(code, size, 4);

	if ((first & ~0x1fu) != 0xd53bd040 || (second & 0xffe0fc00) != 0xf8606800 ||
	    RD(second) != X0 || RN(second) != RD(first) || bits(second, 16, 5) != X0)
		return false;
	*l = (struct load){.from = LOAD_THREADS_LOADED, .size = 8};
	return true;
}

bool code__load(const unsigned char *code, size_t size, uint64_t addr, struct load *l)
{
	const bool loaded = l->from != LOAD_NONE;
	uint32_t to, base;
	int32_t disp;

	if (is_load(insn_at(code, size, 0), &to, &base, &disp)) {
		if (base != X0 || to == SP || (loaded && to != X0))
			return false;
		*l = (struct load){
			.from = loaded ? LOAD_LOADED : LOAD_ARGUMENT, .disp = disp, .size = 4};
		return true;
	}
	return load_by_sum(code, size, addr, l) || load_by_loaded(code, size, l);
}

#define BTI_C	 0xd503245fu
#define PACIASP	 0xd503233fu
#define AUTIASP	 0xd50323bfu
#define SET_FP	 0x910003fdu /* mov x29, sp */
#define SAVES_FP 0xa9bf7bfdu /* stp x29, x30, [sp, #-16]! */
#define LOADS_FP 0xa8c17bfdu /* ldp x29, x30, [sp], #16 */
#define RET	 0xd65f03c0u

/* Those of the instructions at *at that stand there, in this order; *at then is behind them. */
static void skip(const unsigned char *code, size_t size, size_t *at, const uint32_t *insns,
		 size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (insn_at(code, size, *at) == insns[i])
			*at += 4;
	}
}

size_t code__prologue(const unsigned char *code, size_t size)
{
	static const uint32_t known[] = {BTI_C, PACIASP, SAVES_FP, SET_FP};
	size_t at = 0;

	skip(code, size, &at, known, 4);
	return at;
}

/* The stub's trampolines hand no registers on here. */
unsigned int code__loads_below(const unsigned char *code, size_t size)
{
	(void)code;
	(void)size;
	return 0;
}

bool code__returns(const unsigned char *code, size_t size)
{
	static const uint32_t known[] = {LOADS_FP, AUTIASP};
	size_t at = 0;

	skip(code, size, &at, known, 2);
	return insn_at(code, size, at) == RET;
}

/* ldr x, [x0, #disp]; br x. */
bool code__jump_loaded(const unsigned char *code, size_t size, int32_t *disp)
{
	uint32_t to, base, jump = insn_at(code, size, 4);

	return is_load(insn_at(code, size, 0), &to, &base, disp) && base == X0 &&
	       jump == (0xd61f0000u | to << 5);
}

/* The linker's descriptors serve for that here, and by them nothing can be read. */
bool code__asks_tls(const unsigned char *code, size_t size, int64_t *index, int32_t *disp)
{
	(void)code;
	(void)size;
	(void)index;
	(void)disp;
	return false;
}

/* --- what can run elsewhere ----------------------------------------------------------------------
 */

/* Instructions that do the same wherever they are. */
static const struct {
	uint32_t mask, value;
} movables[] = {
	{0xffffffff, BTI_C},	  {0xffffffff, PACIASP},
	{0x7fc00000, 0x29800000}, /* stp x, x, [x, #offset]! */
	{0x7fc00000, 0x29000000}, /* stp x, x, [x, #offset] */
	{0xbfe00c00, 0xb8000c00}, /* str x, [x, #offset]! */
	{0xbfc00000, 0xb9000000}, /* str x, [x, #offset] */
	{0x1f000000, 0x11000000}, /* add and sub of a constant, mov of sp */
	{0x7fe0ffe0, 0x2a0003e0}, /* mov x, x */
	{0x7f800000, 0x52800000}, /* mov x, #constant */
};

static bool is_movable(uint32_t insn)
{
	for (size_t i = 0; i < sizeof(movables) / sizeof(*movables); i++) {
		if ((insn & movables[i].mask) == movables[i].value)
			return true;
	}
	return false;
}

size_t code__movable(const unsigned char *code, size_t size, size_t want)
{
	size_t at = 0;

	for (; at < want; at += 4) {
		if (!is_movable(insn_at(code, size, at)))
			return 0;
	}
	return at;
}

/* --- calls and jumps ----------------------------------------------------------------------------
 */

#define CALL  0x94000000u /* bl */
#define JUMP  0x14000000u /* b */
#define PROBE 0xd42000a0u /* brk #5, which the kernel puts at a probe */

static bool leads(uint32_t insn, uint32_t opcode, uint64_t addr, uint64_t *target)
{
	*target = addr + (uint64_t)(signed_bits(insn, 0, 26) * 4);
	return (insn & 0xfc000000) == opcode;
}

bool code__calls(const unsigned char *code, size_t size, uint64_t addr, uint64_t target)
{
	uint64_t to;

	for (size_t i = 0; size >= 4 && i <= size - 4; i += 4) {
		if (leads(insn_at(code, size, i), CALL, addr + i, &to) && to == target)
			return true;
	}
	return false;
}

bool code__is_probed(const unsigned char *code)
{
	return insn_at(code, CODE_PROBED_BYTES, 0) == PROBE;
}

void code__put_jump(unsigned char *to, uint64_t addr, uint64_t target)
{
	const uint32_t insn = JUMP | bits((uint32_t)((int64_t)(target - addr) / 4), 0, 26);

	memcpy(to, &insn, sizeof(insn));
}

bool code__jump(const unsigned char *code, uint64_t addr, uint64_t *target)
{
	return leads(insn_at(code, INSN_JUMP_BYTES, 0), JUMP, addr, target);
}

/* ldr x16, word; ret x16: a return, as that may lead anywhere in guarded pages too. */
void code__put_jump_by(unsigned char *to, const void *word)
{
	const uint32_t distance = (uint32_t)((const unsigned char *)word - to);
	const uint32_t insns[] = {0x58000010u | bits(distance >> 2, 0, 19) << 5, 0xd65f0200u};

	memcpy(to, insns, sizeof(insns));
}

void code__put_nops(unsigned char *to, size_t size)
{
	static const unsigned char nop[] = {INSN_NOP};

	for (size_t i = 0; i + sizeof(nop) <= size; i += sizeof(nop))
		memcpy(to + i, nop, sizeof(nop));
}
