/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Instructions by their bytes. A row says what one looks like; what has no row is not known. */
#include "arch/code.h"

#include <string.h>

#include "arch/insn.h"

static const unsigned char endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
static const unsigned char frame_pointer[] = {0x55, 0x48, 0x89, 0xe5};

/* --- loads ---------------------------------------------------------------------------------------
 */

/* The displacement follows the row's bytes. */
static const struct {
	unsigned char bytes[5], nbytes;
	unsigned char disp_size;
	unsigned char from; /* enum load_from */
} loads[] = {
	{{0x48, 0x8b, 0x07}, 3, 0, LOAD_ARGUMENT},
	{{0x48, 0x8b, 0x47}, 3, 1, LOAD_ARGUMENT},
	{{0x48, 0x8b, 0x87}, 3, 4, LOAD_ARGUMENT},
	{{0x48, 0x8b, 0x00}, 3, 0, LOAD_LOADED},
	{{0x48, 0x8b, 0x40}, 3, 1, LOAD_LOADED},
	{{0x48, 0x8b, 0x80}, 3, 4, LOAD_LOADED},
	{{0x48, 0x8b, 0x05}, 3, 4, LOAD_NEAR},
	{{0x64, 0x48, 0x8b, 0x04, 0x25}, 5, 4, LOAD_THREADS},
	{{0x64, 0x48, 0x8b, 0x00}, 4, 0, LOAD_THREADS_LOADED},
};

bool code__load(const unsigned char *code, size_t size, uint64_t addr, struct load *l)
{
	for (size_t i = 0; i < sizeof(loads) / sizeof(*loads); i++) {
		size_t n = loads[i].nbytes, disp = loads[i].disp_size;

		if (size < n + disp || memcmp(code, loads[i].bytes, n))
			continue;
		*l = (struct load){.from = loads[i].from, .size = n + disp};
		if (disp == 1)
			l->disp = (int8_t)code[n];
		else if (disp)
			memcpy(&l->disp, code + n, 4);
		l->target = addr + l->size + (uint64_t)(int64_t)l->disp;
		return true;
	}
	return false;
}

/* mov -8(%register),%another */
unsigned int code__loads_below(const unsigned char *code, size_t size)
{
	static const unsigned char kept[] = {3, 5, 12, 13, 14, 15}; /* rbx, rbp, r12 to r15 */

	if (size < 5 || (code[0] & 0xfa) != 0x48 || code[1] != 0x8b || code[2] >> 6 != 1)
		return 0;
	for (unsigned int i = 0; i < sizeof(kept); i++) {
		bool indexed = code[2] % 8 == 4; /* by nothing */

		if (kept[i] == (code[0] & 1) * 8 + code[2] % 8 &&
		    !memcmp(code + 3, indexed ? "\x24\xf8" : "\xf8", 1 + indexed))
			return i + 1;
	}
	return 0;
}

size_t code__prologue(const unsigned char *code, size_t size)
{
	size_t at = 0;

	if (size - at >= 4 && !memcmp(code + at, endbr64, 4))
		at += 4;
	if (size - at >= 4 && !memcmp(code + at, frame_pointer, 4))
		at += 4;
	return at;
}

bool code__jump_loaded(const unsigned char *code, size_t size, int32_t *disp)
{
	if (size < 6 || code[0] != 0xff || (code[1] != 0x60 && code[1] != 0xa0))
		return false;
	if (code[1] == 0x60)
		*disp = (int8_t)code[2];
	else
		memcpy(disp, code + 2, 4);
	return true;
}

bool code__returns(const unsigned char *code, size_t size)
{
	size_t at = size && code[0] == 0x5d;

	return at < size && code[at] == 0xc3;
}

/* --- the thread's own memory ---------------------------------------------------------------------
 */

/* The bytes at *at, which then is behind them. */
static bool skip(const unsigned char *code, size_t size, size_t *at, const char *bytes, size_t n)
{
	if (size - *at < n || memcmp(code + *at, bytes, n))
		return false;
	*at += n;
	return true;
}

#define SKIP(bytes) skip(code, size, &at, bytes, sizeof(bytes) - 1)

bool code__asks_tls(const unsigned char *code, size_t size, int64_t *index, int32_t *disp)
{
	size_t at = code__prologue(code, size);
	struct load l = {0};
	int32_t from_here;

	SKIP("\x48\x83\xec\x08"); /* sub $8,%rsp */
	SKIP("\x66");
	if (!SKIP("\x48\x8d\x3d") || size - at < 9) /* lea disp(%rip),%rdi */
		return false;
	memcpy(&from_here, code + at, 4);
	at += 4;
	*index = (int64_t)at + from_here;
	SKIP("\x66\x66\x48"); /* what the linker may need the room of */
	SKIP("\x66\x48");
	if (!SKIP("\xe8") && !SKIP("\xff\x15")) /* call; call *disp(%rip) */
		return false;
	if (size - at < 5)
		return false;
	at += 4;
	SKIP("\x5d"); /* pop %rbp */
	if (!code__load(code + at, size - at, 0, &l) || l.from != LOAD_LOADED)
		return false;
	*disp = l.disp;
	return true;
}

/* --- what can run elsewhere ----------------------------------------------------------------------
 */

enum operand {
	NONE,	   /* the opcode says all */
	STACK,	   /* modrm says %rsp alone: the second operand of sub */
	REGISTERS, /* modrm says two registers */
	SAME,	   /* modrm says one register twice, so xor clears it */
	ON_STACK,  /* modrm says a register and disp(%rsp) */
};

#define REX_W 0x08
#define REX_R 0x04
#define REX_B 0x01

/* Instructions that do the same wherever they are. The low bits of a first byte that mask leaves
 * out are a register. */
static const struct movable {
	unsigned char prefix;		 /* 0x66; 0: none */
	unsigned char rex_must, rex_may; /* REX_ bits */
	unsigned char opcode[2], size, mask;
	unsigned char operand; /* enum operand */
	unsigned char immediate;
} movables[] = {
	{0, 0, REX_B, {0x50}, 1, 0xf8, NONE, 0},		      /* push %r */
	{0, REX_W, REX_W, {0x83}, 1, 0xff, STACK, 1},		      /* sub $8 bits,%rsp */
	{0, REX_W, REX_W, {0x81}, 1, 0xff, STACK, 4},		      /* sub $32 bits,%rsp */
	{0, 0, REX_W | REX_R | REX_B, {0x89}, 1, 0xff, REGISTERS, 0}, /* mov %r,%r */
	{0, 0, REX_W | REX_R | REX_B, {0x8b}, 1, 0xff, REGISTERS, 0}, /* mov %r,%r */
	{0, 0, REX_W | REX_R | REX_B, {0x31}, 1, 0xff, SAME, 0},      /* xor %r,%r */
	{0, 0, REX_W | REX_R | REX_B, {0x33}, 1, 0xff, SAME, 0},      /* xor %r,%r */
	{0x66, 0, REX_R | REX_B, {0x0f, 0xef}, 2, 0xff, SAME, 0},     /* pxor %x,%x */
	{0, 0, REX_R | REX_B, {0x0f, 0x57}, 2, 0xff, SAME, 0},	      /* xorps %x,%x */
	{0, REX_W, REX_W | REX_R, {0x8d}, 1, 0xff, ON_STACK, 0},      /* lea disp(%rsp),%r */
};

/* The bytes of an operand at `at`, modrm included. False: it is another one. */
static bool operand_size(enum operand operand, unsigned int rex, const unsigned char *at,
			 size_t *size)
{
	static const unsigned char with_disp[] = {2, 3, 6, 0};
	unsigned int mod = at[0] >> 6, reg = at[0] >> 3 & 7, rm = at[0] & 7;

	*size = operand != NONE;
	switch (operand) {
	case NONE: return true;
	case STACK: return at[0] == 0xec;
	case REGISTERS: return mod == 3;
	case SAME: return mod == 3 && reg == rm && !(rex & REX_R) == !(rex & REX_B);
	case ON_STACK: *size = with_disp[mod]; return rm == 4 && at[1] == 0x24 && mod != 3;
	}
	return false;
}

/* The length of the movable instruction in the 16 bytes at code; 0: it is none. */
static size_t movable(const unsigned char *code)
{
	size_t prefixes, operand;
	unsigned int prefix = 0, rex = 0;

	if (!memcmp(code, endbr64, sizeof(endbr64)))
		return sizeof(endbr64);
	prefixes = code[0] == 0x66;
	prefix = prefixes ? 0x66 : 0;
	if ((code[prefixes] & 0xf0) == 0x40)
		rex = code[prefixes++];
	for (size_t i = 0; i < sizeof(movables) / sizeof(*movables); i++) {
		const struct movable *m = &movables[i];
		const unsigned char *at = code + prefixes;

		if (m->prefix == prefix && (at[0] & m->mask) == m->opcode[0] &&
		    (m->size == 1 || at[1] == m->opcode[1]) && (rex & m->rex_must) == m->rex_must &&
		    !(rex & 0x0f & ~m->rex_may) &&
		    operand_size(m->operand, rex, at + m->size, &operand))
			return prefixes + m->size + operand + m->immediate;
	}
	return 0;
}

size_t code__movable(const unsigned char *code, size_t size, size_t want)
{
	size_t at = 0;

	while (at < want) {
		unsigned char next[16] = {0};
		size_t n;

		memcpy(next, code + at, size - at < sizeof(next) ? size - at : sizeof(next));
		n = movable(next);
		if (!n || n > size - at)
			return 0;
		at += n;
	}
	return at;
}

/* --- calls and jumps ----------------------------------------------------------------------------
 */

/* Where the last 4 of size bytes at code lead, which are a distance from their end. */
static uint64_t target_of(const unsigned char *code, size_t size, uint64_t addr)
{
	int32_t distance;

	memcpy(&distance, code + size - sizeof(distance), sizeof(distance));
	return addr + size + (uint64_t)(int64_t)distance;
}

bool code__calls(const unsigned char *code, size_t size, uint64_t addr, uint64_t target)
{
	for (size_t i = 0; i + 5 <= size; i++) {
		if (code[i] == INSN_CALL && target_of(code + i, 5, addr + i) == target)
			return true;
	}
	return false;
}

/* Linux 6.18 may make a call of the breakpoint. */
bool code__is_probed(const unsigned char *code)
{
	return code[0] == INSN_BREAKPOINT || code[0] == INSN_CALL;
}

bool code__leaves_scratch(const unsigned char *code, size_t size)
{
	(void)code;
	(void)size;
	return true;
}

void code__put_jump(unsigned char *to, uint64_t addr, uint64_t target)
{
	const int32_t distance = target - (addr + INSN_JUMP_BYTES);

	to[0] = INSN_JUMP;
	memcpy(to + 1, &distance, sizeof(distance));
}

bool code__jump(const unsigned char *code, uint64_t addr, uint64_t *target)
{
	*target = target_of(code, INSN_JUMP_BYTES, addr);
	return code[0] == INSN_JUMP;
}

void code__put_jump_by(unsigned char *to, const void *word)
{
	static const unsigned char jump[] = {INSN_JUMP_BY};
	const int32_t distance =
		(const unsigned char *)word - (to + sizeof(jump) + sizeof(distance));

	memcpy(to, jump, sizeof(jump));
	memcpy(to + sizeof(jump), &distance, sizeof(distance));
}

void code__put_nops(unsigned char *to, size_t size)
{
	memset(to, INSN_NOP, size);
}
