/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Offsets read off the machine code of small exported functions, which every build has: such a
 * getter is one load, `mov disp(%rdi),%rax`, behind at most an endbr64 and a frame pointer.
 */
#include "cpython/facts.h"

#include <string.h>

#include "arch/x86_64/code.h"

#define CODE_MAX 40

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

	size_t at;

	if (!read_code(e, function, code, &addr))
		return false;
	at = code__prologue(code, CODE_MAX);
	if (!code__load(code + at, CODE_MAX - at, &l) || l.from != LOAD_RDI || l.disp < 0)
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
	size_t at;

	if (!read_code(e, "PyInterpreterState_Head", code, &addr) ||
	    !elf__symbol(e, "_PyRuntime", &runtime, &size))
		return false;
	at = code__prologue(code, CODE_MAX);
	if (!code__load(code + at, CODE_MAX - at, &first) || first.from != LOAD_RIP)
		return false;
	at += first.size;
	*head = addr + at + first.disp;
	if (code__load(code + at, CODE_MAX - at, &second) && second.from == LOAD_RAX)
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
	for (size_t at = 0; at < CODE_MAX; at++) {
		if (code__load(code + at, CODE_MAX - at, &l) && l.from == LOAD_RDI && l.disp > 8)
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
