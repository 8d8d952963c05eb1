/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * By the dispatch table: the entries of the instructions with which frames begin, end and let
 * exceptions pass are pointed at trampolines of ours, and PyTraceBack_Here begins with a jump to
 * one. No address of ours comes to stand on any stack, and what is put back is the file's.
 */
#include <errno.h>
#include <string.h>

#include "arch/x86_64/insn.h"
#include "cpython/interp.h"
#include "cpython/tstate.h"
#include "hook/parts.h"
#include "process/inject.h"
#include "process/procmap.h"
#include "process/procmem.h"

#define FRAME_INSTR 56 /* in a frame of 3.11 to 3.15: a pointer to the instruction it is at */

/* What the stub does at an instruction of each kind. */
static const uint8_t stub_kinds[] = {
	[OP_ENTER] = STUB_ENTER, [OP_ENTER_INSTRUMENTED] = STUB_ENTER_INSTRUMENTED,
	[OP_LEAVE] = STUB_LEAVE, [OP_LEAVE_INSTRUMENTED] = STUB_LEAVE_INSTRUMENTED,
	[OP_CATCH] = STUB_CATCH, [OP_MARK] = STUB_MARK,
};

/* A trampoline for each entry, of those of its kind. */
static int choose_trampolines(struct hook *f)
{
	uint32_t taken[STUB_KINDS] = {0};

	for (uint32_t i = 0; i < f->table.nhooks; i++) {
		const struct op_hook *op = &f->table.hooks[i];
		uint32_t kind = stub_kinds[op->kind], at = f->head.kinds[kind] + taken[kind]++;

		if (op->kind == OP_REDIRECT)
			continue;
		if (at >= f->head.kinds[kind + 1])
			return hook__fail(f, "its dispatch table has more entries than the stub");
		f->trampolines[i] = at;
		f->config.handler[at] = op->next;
	}
	return 0;
}

/* The bytes that PyTraceBack_Here began with, and a jump to what comes behind them. */
static void move_traceback(struct hook *f, const struct py_layout *l)
{
	static const unsigned char jump[] = {INSN_JUMP_BY};
	struct stub_config *c = &f->config;
	uint8_t *to = c->traceback_code + f->traceback.size;
	int32_t disp =
		(int32_t)((uint8_t *)&c->traceback_back - (to + sizeof(jump) + sizeof(disp)));

	memcpy(c->traceback_code, f->traceback.bytes, f->traceback.size);
	memcpy(to, jump, sizeof(jump));
	memcpy(to + sizeof(jump), &disp, sizeof(disp));
	c->traceback_back = f->traceback.addr + f->traceback.size;
	c->traceback_frame = l->frameobj_frame;
}

/* What a suspended generator stands at: up to 3.12 the yield, since 3.13 what comes after it; or
 * either with something that watches lines before it. */
static void find_yields(struct hook *f, const struct interp *in)
{
	const bool after = in->version >= 0x030d;
	uint8_t *yields = f->config.yields;
	size_t n = 0;

	for (uint32_t i = 0; i < f->table.nhooks && n < sizeof(f->config.yields); i++) {
		const struct op_hook *op = &f->table.hooks[i];

		if (!strcmp(op->name, "RETURN_VALUE"))
			f->config.returns = op->op;
		if (strstr(op->name, after ? "RESUME" : "YIELD_VALUE"))
			yields[n++] = op->op;
	}
	while (n < sizeof(f->config.yields))
		yields[n++] = yields[0];
}

static int find_table(struct hook *f, const struct interp *in)
{
	struct tstate_way tstate;
	const char *why = NULL;

	if (optable__find(&f->table, in, &why) || tstate_way__find(&tstate, in, &why))
		return hook__fail(f, "%s", why);
	if (choose_trampolines(f))
		return -1;
	f->config.tstate_kind = tstate.how == TSTATE_FS	      ? STUB_TSTATE_FS
				: tstate.how == TSTATE_GLOBAL ? STUB_TSTATE_GLOBAL
							      : STUB_TSTATE_CALL;
	f->config.tstate_arg = tstate.arg;
	f->config.frame_instr = FRAME_INSTR;
	f->config.invalidate = in->eval == EVAL_JIT ? f->table.invalidate : 0;
	memcpy(f->config.thrown, f->table.thrown, sizeof(f->config.thrown));
	find_yields(f, in);
	if (traceback_entry__find(&f->traceback, in, &why))
		hook__fail(f, "%s", why);
	else
		move_traceback(f, in->layout);
	return 0;
}

static uint64_t entry_at(const struct hook *f, uint32_t i)
{
	return f->table.addr + 8 * f->table.hooks[i].op;
}

/* What an entry is to be while it leads into the stub. */
static uint64_t ours_at(const struct hook *f, uint32_t i)
{
	const struct op_hook *op = &f->table.hooks[i];

	return op->kind == OP_REDIRECT ? op->next : hook__at(f, f->head.hook[f->trampolines[i]]);
}

/* What PyTraceBack_Here is to begin with. */
static void jump_of(const struct hook *f, unsigned char code[sizeof(f->traceback.bytes)])
{
	int32_t distance = hook__at(f, f->head.traceback) - (f->traceback.addr + TRACEBACK_JUMP);

	memset(code, INSN_NOP, sizeof(f->traceback.bytes));
	code[0] = INSN_JUMP;
	memcpy(code + 1, &distance, sizeof(distance));
}

static bool has_traceback(const struct hook *f)
{
	return f->config.traceback_frame;
}

/* A thread may stand in the bytes, of which only the first begins an instruction then. */
static int write_traceback(struct hook *f, struct inject *inj, const unsigned char *code)
{
	const struct traceback_entry *t = &f->traceback;

	if (inject__is_in(inj, t->addr, t->addr + t->size))
		return HOOK_AGAIN;
	return hook__write_over(f, inj, t->addr, code, t->size);
}

static int set_table(struct hook *f, const struct interp *in, struct inject *inj)
{
	unsigned char code[sizeof(f->traceback.bytes)];
	struct stub_paths paths = {.traceback = hook__at(f, f->head.traceback_full)};
	int error = 0;

	(void)in;
	for (uint32_t i = 0; i < STUB_HOOKS; i++)
		paths.hook[i] = hook__at(f, f->head.full[i]);
	if (!procmem__write(f->mem, f->base + STUB_PATHS, &paths, sizeof(paths)))
		return hook__fail(f, "it has ended; start it again");
	jump_of(f, code);
	if (has_traceback(f))
		error = write_traceback(f, inj, code);
	for (uint32_t i = 0; i < f->table.nhooks && !error; i++) {
		uint64_t ours = ours_at(f, i);

		error = hook__write_over(f, inj, entry_at(f, i), &ours, sizeof(ours));
	}
	if (!error && !f->armed)
		hook__unmap_others(f, inj);
	return error;
}

/* Entries that somebody else has changed since are not touched. */
static int unset_table(struct hook *f, const struct interp *in, struct inject *inj)
{
	int error = has_traceback(f) ? write_traceback(f, inj, f->traceback.bytes) : 0;

	(void)in;
	for (uint32_t i = 0; i < f->table.nhooks && !error; i++) {
		uint64_t value;

		if (procmem__read(f->mem, entry_at(f, i), &value, sizeof(value)) &&
		    value == ours_at(f, i))
			error = hook__write_over(f, inj, entry_at(f, i), &f->table.hooks[i].handler,
						 sizeof(value));
	}
	return error;
}

/* Entries that somebody else has written to. */
static uint32_t changed(const struct hook *f, const struct interp *in)
{
	uint64_t entries[OPTABLE_ENTRIES];
	uint32_t n = 0;

	(void)in;
	if (!procmem__read(f->mem, f->table.addr, entries, sizeof(entries)))
		return 0;
	for (uint32_t i = 0; i < f->table.nhooks; i++)
		n += entries[f->table.hooks[i].op] != ours_at(f, i);
	return n;
}

const struct hook_way hook_dispatch = {"dispatch table", find_table, set_table, unset_table,
				       changed};

bool hook__has_table(const struct interp *in)
{
	struct interp file = *in; /* a process may not have started yet */
	struct optable table;
	const char *why;

	file.pid = 0;
	file.bias = 0;
	return !optable__find(&table, &file, &why);
}
