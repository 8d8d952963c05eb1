/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Offsets read off the machine code of small exported functions, which every build has: such a
 * getter is one load, `mov disp(%rdi),%rax`, behind at most an endbr64 and a frame pointer. And
 * what an interpreter says of itself.
 */
#include "cpython/facts.h"

#include <stddef.h>
#include <string.h>

#include "arch/code.h"
#include "arch/insn.h"

#define CODE_MAX     40
#define TSTATE_ID_38 256 /* in 3.8's thread state, which nothing exported reads: its number */

static bool read_code(struct elf *e, const char *function, unsigned char *code, uint64_t *addr)
{
	uint64_t size;

	return elf__symbol(e, function, addr, &size) && elf__read(e, *addr, code, CODE_MAX);
}

/* The offset that the getter adds to its argument. */
static bool getter_offset(struct elf *e, const char *function, uint32_t *offset)
{
	unsigned char code[CODE_MAX];
	struct load l = {};
	uint64_t addr;
	size_t at;

	if (!read_code(e, function, code, &addr))
		return false;
	at = code__prologue(code, CODE_MAX);
	if (!code__load(code + at, CODE_MAX - at, addr + at, &l) || l.from != LOAD_ARGUMENT ||
	    l.disp < 0)
		return false;
	*offset = l.disp;
	return true;
}

/* PyInterpreterState_Head: loads from _PyRuntime, whose address a shared library loads first. */
static bool find_head(struct elf *e, uint64_t *head)
{
	unsigned char code[CODE_MAX];
	uint64_t addr, runtime, size;
	struct load first = {}, second;
	size_t at;

	if (!read_code(e, "PyInterpreterState_Head", code, &addr) ||
	    !elf__symbol(e, "_PyRuntime", &runtime, &size))
		return false;
	at = code__prologue(code, CODE_MAX);
	if (!code__load(code + at, CODE_MAX - at, addr + at, &first) || first.from != LOAD_NEAR)
		return false;
	at += first.size;
	*head = first.target;
	second = first;
	if (code__load(code + at, CODE_MAX - at, addr + at, &second) && second.from == LOAD_LOADED)
		*head = runtime + second.disp;
	return *head >= runtime && *head < runtime + size;
}

/* _Py_ReachedRecursionLimitWithMargin compares the stack pointer with the limit: its only load from
 * the thread state. 0 where there is no such function. */
static uint32_t find_soft_limit(struct elf *e)
{
	unsigned char code[CODE_MAX];
	uint64_t addr;

	if (!read_code(e, "_Py_ReachedRecursionLimitWithMargin", code, &addr))
		return 0;
	for (size_t at = 0; at < CODE_MAX; at += INSN_STEP) {
		struct load l = {};

		if (code__load(code + at, CODE_MAX - at, addr + at, &l) &&
		    l.from == LOAD_ARGUMENT && l.disp > 8)
			return l.disp;
	}
	return 0;
}

/* Before 3.9 there are no getters, but PyEval_EvalFrameEx is all of them: it loads the thread
 * state, of it the interpreter state, and jumps to what is in the slot. */
static bool read_evaluator_call(struct eval_facts *f, struct elf *e)
{
	unsigned char code[CODE_MAX];
	struct load l = {};
	uint64_t addr;
	int32_t slot;
	size_t at, loads = 0;

	if (!read_code(e, "PyEval_EvalFrameEx", code, &addr))
		return false;
	for (at = code__prologue(code, CODE_MAX);
	     code__load(code + at, CODE_MAX - at, addr + at, &l); loads++)
		at += l.size;
	if (loads < 2 || l.from != LOAD_LOADED || l.disp < 0 ||
	    !code__jump_loaded(code + at, CODE_MAX - at, &slot) || slot < 0)
		return false;
	f->tstate_interp = l.disp;
	f->interp_slot = slot;
	f->tstate_id = TSTATE_ID_38;
	return true;
}

static bool read_getters(struct eval_facts *f, struct elf *e)
{
	return getter_offset(e, "_PyInterpreterState_GetEvalFrameFunc", &f->interp_slot) &&
	       getter_offset(e, "PyThreadState_GetInterpreter", &f->tstate_interp) &&
	       getter_offset(e, "PyThreadState_GetID", &f->tstate_id);
}

bool eval_facts__read(struct eval_facts *f, struct elf *e, uint16_t version)
{
	uint64_t size;

	if (!elf__symbol(e, "_PyEval_EvalFrameDefault", &f->evaluator, &size))
		return false;
	f->evaluator_offset = elf__offset(e, f->evaluator);
	f->tstate_soft_limit = find_soft_limit(e);
	return f->evaluator_offset && elf__symbol(e, "PyUnicode_Type", &f->unicode_type, &size) &&
	       find_head(e, &f->head) &&
	       getter_offset(e, "PyInterpreterState_Next", &f->interp_next) &&
	       (version == 0x0308 ? read_evaluator_call(f, e) : read_getters(f, e));
}

/* --- what it says of itself ----------------------------------------------------------------------
 * _Py_DebugOffsets, at the start of _PyRuntime since 3.13: 8 bytes each of a cookie, the version,
 * whether the GIL is absent, and then of offsets.
 */

#define STATED_MAX 64

static bool read_stated(struct elf *e, uint64_t stated[STATED_MAX])
{
	uint64_t addr, size;

	return elf__symbol(e, "_PyRuntime", &addr, &size) &&
	       elf__read(e, addr, stated, STATED_MAX * sizeof(*stated)) &&
	       !memcmp(stated, "xdebugpy", 8);
}

bool eval_facts__free_threaded(struct elf *e)
{
	uint64_t stated[STATED_MAX];

	return read_stated(e, stated) && stated[2];
}

#define WORDS (PY_NEWEST - 13 + 1) /* versions that state them */

/* Which of the words is what. */
static const struct {
	size_t field;	     /* in struct py_layout */
	uint8_t word[WORDS]; /* in 3.13, 3.14, 3.15 */
} stated_fields[] = {
#define FIELD(name, ...)                                                                           \
	{                                                                                          \
		offsetof(struct py_layout, name),                                                  \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
	FIELD(tstate_current, 23, 26, 26), FIELD(frame_prev, 29, 32, 40),
	FIELD(frame_code, 30, 33, 41),	   FIELD(frame_owner, 33, 36, 44),
	FIELD(code_filename, 35, 40, 48),  FIELD(code_name, 36, 41, 49),
	FIELD(code_qualname, 37, 42, 50),  FIELD(code_firstlineno, 39, 44, 52),
	FIELD(object_type, 45, 51, 59),
#undef FIELD
};

bool eval_facts__agree(const struct py_layout *l, struct elf *e)
{
	uint64_t stated[STATED_MAX];
	unsigned int column = l->version - 0x030d;

	if (l->version < 0x030d)
		return true;
	if (!read_stated(e, stated) || stated[1] >> 16 != l->version || column >= WORDS)
		return false;
	for (size_t i = 0; i < sizeof(stated_fields) / sizeof(*stated_fields); i++) {
		uint16_t ours;

		memcpy(&ours, (const char *)l + stated_fields[i].field, sizeof(ours));
		if (stated[stated_fields[i].word[column]] != ours)
			return false;
	}
	return true;
}
