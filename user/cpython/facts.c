/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Offsets read off the machine code of small exported functions, which every build has: such a
 * getter is one load, `mov disp(%rdi),%rax`, behind at most an endbr64 and a frame pointer.
 */
#include "cpython/facts.h"

#include <string.h>

#define CODE_MAX 40
#define RAX_RDI	 0x07 /* modrm of mov ...(%rdi),%rax, less its mod */
#define RAX_RAX	 0x00
#define RAX_RIP	 0x05

/* One load found in code. */
struct load {
	unsigned int form; /* RAX_ */
	int32_t disp;
	size_t end; /* offset of the instruction after it */
};

/* Decodes `mov disp(reg),%rax` at code + at. */
static bool decode_load(const unsigned char *code, size_t at, struct load *l)
{
	static const size_t disp_bytes[] = {0, 1, 4, 0};
	unsigned int mod;
	size_t n;

	if (at + 7 > CODE_MAX || code[at] != 0x48 || code[at + 1] != 0x8b)
		return false;
	mod = code[at + 2] >> 6;
	l->form = code[at + 2] & 0x3f;
	n = l->form == RAX_RIP && !mod ? 4 : disp_bytes[mod];
	if (mod == 3 || (l->form == RAX_RIP && mod))
		return false;
	l->disp = 0;
	if (n == 1)
		l->disp = (int8_t)code[at + 3];
	else if (n)
		memcpy(&l->disp, code + at + 3, 4);
	l->end = at + 3 + n;
	return true;
}

static size_t skip_prologue(const unsigned char *code)
{
	static const unsigned char endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
	static const unsigned char frame[] = {0x55, 0x48, 0x89, 0xe5};
	size_t at = 0;

	if (!memcmp(code + at, endbr64, 4))
		at += 4;
	if (!memcmp(code + at, frame, 4))
		at += 4;
	return at;
}

static bool read_code(struct elf *e, const char *function, unsigned char *code, uint64_t *addr)
{
	uint64_t size;

	return elf__symbol(e, function, addr, &size) && elf__read(e, *addr, code, CODE_MAX);
}

/* The offset that the getter adds to its argument. */
static bool getter_offset(struct elf *e, const char *function, uint32_t *offset)
{
	unsigned char code[CODE_MAX];
	uint64_t addr;
	struct load l;

	if (!read_code(e, function, code, &addr) || !decode_load(code, skip_prologue(code), &l) ||
	    l.form != RAX_RDI || l.disp < 0)
		return false;
	*offset = l.disp;
	return true;
}

/* PyInterpreterState_Head: loads from _PyRuntime, whose address a shared library loads first. */
static bool find_head(struct elf *e, uint64_t *head)
{
	unsigned char code[CODE_MAX];
	uint64_t addr, runtime, size;
	struct load first, second;

	if (!read_code(e, "PyInterpreterState_Head", code, &addr) ||
	    !elf__symbol(e, "_PyRuntime", &runtime, &size) ||
	    !decode_load(code, skip_prologue(code), &first) || first.form != RAX_RIP)
		return false;
	*head = addr + first.end + first.disp;
	if (decode_load(code, first.end, &second) && second.form == RAX_RAX)
		*head = runtime + second.disp;
	return *head >= runtime && *head < runtime + size;
}

/* _Py_ReachedRecursionLimitWithMargin compares the stack pointer with the limit: its only load from
 * the thread state. 0 where there is no such function. */
static uint32_t find_soft_limit(struct elf *e)
{
	unsigned char code[CODE_MAX];
	uint64_t addr;
	struct load l;

	if (!read_code(e, "_Py_ReachedRecursionLimitWithMargin", code, &addr))
		return 0;
	for (size_t at = 0; at + 7 <= CODE_MAX; at++) {
		if (decode_load(code, at, &l) && l.form == RAX_RDI && l.disp > 8)
			return l.disp;
	}
	return 0;
}

bool eval_facts__read(struct eval_facts *f, struct elf *e)
{
	uint64_t size;

	if (!elf__symbol(e, "_PyEval_EvalFrameDefault", &f->evaluator, &size))
		return false;
	f->evaluator_offset = elf__offset(e, f->evaluator);
	f->tstate_soft_limit = find_soft_limit(e);
	return f->evaluator_offset && elf__symbol(e, "PyUnicode_Type", &f->unicode_type, &size) &&
	       find_head(e, &f->head) &&
	       getter_offset(e, "PyInterpreterState_Next", &f->interp_next) &&
	       getter_offset(e, "_PyInterpreterState_GetEvalFrameFunc", &f->interp_slot) &&
	       getter_offset(e, "PyThreadState_GetInterpreter", &f->tstate_interp) &&
	       getter_offset(e, "PyThreadState_GetID", &f->tstate_id);
}

bool eval_facts__free_threaded(struct elf *e)
{
	/* _Py_DebugOffsets since 3.13: cookie, version, free_threaded */
	uint64_t addr, size, head[3];

	return elf__symbol(e, "_PyRuntime", &addr, &size) &&
	       elf__read(e, addr, head, sizeof(head)) && !memcmp(head, "xdebugpy", 8) && head[2];
}
