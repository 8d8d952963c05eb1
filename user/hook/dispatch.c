/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * By the dispatch table: the entries of the instructions with which frames begin, end and let
 * exceptions pass are pointed at trampolines of ours, and PyTraceBack_Here begins with a jump to
 * one. No address of ours comes to stand on any stack, and what is put back is the file's.
 */
#include <errno.h>
#include <string.h>

#include "arch/code.h"
#include "arch/insn.h"
#include "cpython/breakers.h"
#include "cpython/interp.h"
#include "cpython/tstate.h"
#include "hook/parts.h"
#include "process/inject.h"
#include "process/procmap.h"
#include "process/procmem.h"

#define ENDED	    "it has ended; start it again"
#define FRAME_INSTR 56 /* in a frame of 3.11 to 3.15: a pointer to the instruction it is at */

/* What the stub does at an instruction of each kind. */
static const uint8_t stub_kinds[] = {
	[OP_ENTER] = STUB_ENTER,
	[OP_ENTER_INSTRUMENTED] = STUB_ENTER_INSTRUMENTED,
	[OP_LEAVE] = STUB_LEAVE,
	[OP_YIELD] = STUB_YIELD,
	[OP_LEAVE_INSTRUMENTED] = STUB_LEAVE_INSTRUMENTED,
	[OP_YIELD_INSTRUMENTED] = STUB_YIELD_INSTRUMENTED,
	[OP_CATCH] = STUB_CATCH,
	[OP_MARK] = STUB_MARK,
};

/* A trampoline for each entry, of those of its kind. */
static int choose_trampolines(struct hook *f)
{
	uint32_t taken[STUB_KINDS] = {0};

	for (uint32_t i = 0; i < f->table.nhooks; i++) {
		const struct op_hook *op = &f->table.hooks[i];
		uint32_t kind, at;

		if (op->kind == OP_REDIRECT)
			continue;
		kind = stub_kinds[op->kind];
		at = f->head.kinds[kind] + taken[kind]++;
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
	struct stub_config *c = &f->config;
	uint8_t *to = c->traceback_code + f->traceback.size;

	memcpy(c->traceback_code, f->traceback.bytes, f->traceback.size);
	code__put_jump_by(to, &c->traceback_back);
	c->traceback_back = f->traceback.addr + f->traceback.size;
	c->traceback_frame = l->frameobj_frame;
}

/* PyTraceBack_Here can be led into the stub only from near it. */
void hook__find_hole(struct hook *f)
{
	struct stub_config *c = &f->config;

	f->hole = c->traceback_back
			  ? procmap__hole(f->pid, c->traceback_back, STUB_SHARED + f->shared_bytes)
			  : 0;
	if (f->hole || !c->traceback_back)
		return;
	f->not_thrown =
		"there is no room near its code for tables of that size; make them smaller, "
		"or take --backend=eval";
	c->traceback_frame = 0;
	c->traceback_back = 0;
}

/* Lists the hooked instructions of which that is part of the name; the rest of the list is as its
 * first. */
static void list_hooked(const struct hook *f, const char *part, uint8_t *list, size_t room)
{
	size_t n = 0;

	for (uint32_t i = 0; i < f->table.nhooks && n < room; i++) {
		if (strstr(f->table.hooks[i].name, part))
			list[n++] = f->table.hooks[i].op;
	}
	while (n < room)
		list[n++] = list[0];
}

/* Where frames stand as they begin or go on, return, and while generators are suspended: that is up
 * to 3.12 the yield, since 3.13 what comes after it; or either with something that watches lines
 * before it. */
static void find_stands(struct hook *f, const struct interp *in)
{
	const bool after = in->version >= 0x030d;
	struct stub_config *c = &f->config;

	c->creates = f->table.creates;
	c->resume_by = after ? 0 : INSTR_BYTES;
	for (uint32_t i = 0; i < f->table.nhooks; i++) {
		if (!strcmp(f->table.hooks[i].name, "RETURN_VALUE"))
			c->returns = f->table.hooks[i].op;
		if (in->version >= 0x030e && f->table.hooks[i].kind == OP_YIELD_INSTRUMENTED)
			c->watched_yield = f->table.hooks[i].op;
	}
	list_hooked(f, after ? "RESUME" : "YIELD_VALUE", c->yields, sizeof(c->yields));
	list_hooked(f, "RESUME", c->begins, sizeof(c->begins));
}

static int find_table(struct hook *f, const struct interp *in)
{
	struct tstate_way tstate;
	const char *why = NULL;

	if (optable__find(&f->table, in, &why) || tstate_way__find(&tstate, in, &why) ||
	    optimizer_entry__find(&f->optimizer, in, &why))
		return hook__fail(f, "%s", why);
	if (choose_trampolines(f))
		return -1;
	f->config.tstate_kind = tstate.how == TSTATE_THREADS  ? STUB_TSTATE_THREADS
				: tstate.how == TSTATE_GLOBAL ? STUB_TSTATE_GLOBAL
							      : STUB_TSTATE_CALL;
	f->config.tstate_arg = tstate.arg;
	f->config.tls_module = tstate.tls_module;
	f->config.tls_offset = tstate.tls_offset;
	f->config.frame_instr = FRAME_INSTR;
	f->config.invalidate = in->eval == EVAL_JIT ? f->table.invalidate : 0;
	memcpy(f->config.thrown, f->table.thrown, sizeof(f->config.thrown));
	find_stands(f, in);
	hook__find_awaited(f, in);
	if (traceback_entry__find(&f->traceback, in, &why))
		f->not_thrown = why;
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

/* Functions that begin with other code while we are there. */
enum { PATCHES = 2 };

struct patch {
	uint64_t addr;
	size_t size;
	const unsigned char *before, *found;
	unsigned char ours[sizeof(((struct traceback_entry *)0)->bytes)];
};

/* Those of the process; how many. */
static uint32_t list_patches(const struct hook *f, struct patch list[PATCHES])
{
	const struct traceback_entry *t = &f->traceback;
	const struct optimizer_entry *o = &f->optimizer;
	uint32_t n = 0;

	if (f->config.traceback_frame) {
		list[n] = (struct patch){t->addr, t->size, t->bytes, t->found, {0}};
		code__put_jump(list[n].ours, t->addr, hook__at(f, f->head.traceback));
		code__put_nops(list[n++].ours + INSN_JUMP_BYTES, t->size - INSN_JUMP_BYTES);
	}
	if (o->addr)
		list[n++] = (struct patch){
			o->addr, sizeof(o->bytes), o->bytes, o->found, {INSN_RETURN_0}};
	return n;
}

/* What is there is written again. */
static int rewrite(struct hook *f, struct inject *inj, uint64_t addr, size_t n)
{
	unsigned char bytes[sizeof(f->traceback.bytes)];

	return procmem__read(f->mem, addr, bytes, n) ? hook__write_over(f, inj, addr, bytes, n)
						     : hook__fail(f, "%s", ENDED);
}

/* The table lies in one page or two. */
static int try_table(struct hook *f, struct inject *inj)
{
	const uint64_t last = f->table.addr + 8 * (OPTABLE_ENTRIES - 1);
	struct patch list[PATCHES];
	uint32_t n = list_patches(f, list);

	if (rewrite(f, inj, f->table.addr, 8) || rewrite(f, inj, last, 8))
		return -1;
	while (n--) {
		if (rewrite(f, inj, list[n].addr, list[n].size))
			return -1;
	}
	return 0;
}

/* A thread may stand in the bytes, of which only the first begins an instruction then. */
static int write_patch(struct hook *f, struct inject *inj, const struct patch *p,
		       const unsigned char *code)
{
	if (inject__is_in(inj, p->addr, p->addr + p->size))
		return HOOK_AGAIN;
	return hook__write_over(f, inj, p->addr, code, p->size);
}

/* What is to lead into the stub, as it is now. */
struct now {
	uint64_t entries[OPTABLE_ENTRIES];
	struct patch patches[PATCHES];
	uint32_t npatches;
	unsigned char code[PATCHES][sizeof(((struct patch *)0)->ours)];
};

static bool look(const struct hook *f, struct now *now)
{
	now->npatches = list_patches(f, now->patches);
	for (uint32_t i = 0; i < now->npatches; i++) {
		const struct patch *p = &now->patches[i];

		if (!procmem__read(f->mem, p->addr, now->code[i], p->size))
			return false;
	}
	return procmem__read(f->mem, f->table.addr, now->entries, sizeof(now->entries));
}

/* Whose it is: what is neither ours nor was there when we came is another tool's, and left to it.
 */
enum held_by { HELD_BY_US, HELD_AS_BEFORE, HELD_BY_OTHERS };

static enum held_by patch_holder(const struct now *now, uint32_t i)
{
	const struct patch *p = &now->patches[i];

	if (!memcmp(now->code[i], p->ours, p->size))
		return HELD_BY_US;
	return memcmp(now->code[i], p->before, p->size) && memcmp(now->code[i], p->found, p->size)
		       ? HELD_BY_OTHERS
		       : HELD_AS_BEFORE;
}

static enum held_by entry_holder(const struct hook *f, const struct now *now, uint32_t i)
{
	const struct op_hook *op = &f->table.hooks[i];
	const uint64_t value = now->entries[op->op];

	if (value == ours_at(f, i))
		return HELD_BY_US;
	return value == op->handler || value == op->found ? HELD_AS_BEFORE : HELD_BY_OTHERS;
}

static uint32_t held(const struct hook *f, const struct now *now, enum held_by by)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < now->npatches; i++)
		n += patch_holder(now, i) == by;
	for (uint32_t i = 0; i < f->table.nhooks; i++)
		n += entry_holder(f, now, i) == by;
	return n;
}

static int write_entry(struct hook *f, struct inject *inj, uint32_t i, uint64_t value)
{
	return hook__write_over(f, inj, entry_at(f, i), &value, sizeof(value));
}

static int lead_in(struct hook *f, struct inject *inj, const struct now *now)
{
	int error = 0;

	for (uint32_t i = 0; i < now->npatches && !error; i++) {
		if (patch_holder(now, i) == HELD_AS_BEFORE)
			error = write_patch(f, inj, &now->patches[i], now->patches[i].ours);
	}
	for (uint32_t i = 0; i < f->table.nhooks && !error; i++) {
		if (entry_holder(f, now, i) == HELD_AS_BEFORE)
			error = write_entry(f, inj, i, ours_at(f, i));
	}
	return error;
}

/* What the JIT has compiled, and runs, passes the table by: all of it is dropped by the thread that
 * comes first, and each leaves what it is in. */
static int leave_compiled(struct hook *f, const struct interp *in)
{
	static const uint64_t none[STUB_INTERPS];
	const uint64_t state = f->base + STUB_STATE;
	const uint64_t dropped = state + offsetof(struct stub_state, dropped);
	const uint64_t told = state + offsetof(struct stub_state, interp_threads);
	struct py_breakers_list list;
	const char *why;

	if (!f->config.invalidate)
		return 0;
	if (!procmem__write(f->mem, dropped, none, sizeof(none)))
		return hook__fail(f, "%s", ENDED);
	why = py_breakers__write(in, f->mem, STUB_LOOK_UP, true, &list);
	if (why)
		return hook__fail(f, "the JIT is on, and %s", why);
	return procmem__write(f->mem, told, &list, sizeof(list)) ? 0 : hook__fail(f, "%s", ENDED);
}

static int set_table(struct hook *f, const struct interp *in, struct inject *inj)
{
	struct stub_paths paths = {.traceback = hook__at(f, f->head.traceback_full)};
	struct now now;
	int error;

	for (uint32_t i = 0; i < STUB_HOOKS; i++)
		paths.hook[i] = hook__at(f, f->head.full[i]);
	if (f->config.stack_register && f->config.coroutines)
		paths.hook[f->head.kinds[STUB_YIELD]] = hook__at(f, f->head.yield_kept);
	if (!look(f, &now) || !procmem__write(f->mem, f->base + STUB_PATHS, &paths, sizeof(paths)))
		return hook__fail(f, "%s", ENDED);
	f->others = held(f, &now, HELD_BY_OTHERS);
	if (f->others && !f->armed)
		return hook__fail(f,
				  "another tool has just changed its dispatch table; detach that");
	error = lead_in(f, inj, &now);
	if (!error)
		error = leave_compiled(f, in);
	if (!error && !f->armed)
		hook__unmap_others(f, inj);
	return error;
}

static int unset_table(struct hook *f, const struct interp *in, struct inject *inj)
{
	struct now now;
	int error = 0;

	if (!look(f, &now))
		return hook__fail(f, "%s", ENDED);
	f->others = held(f, &now, HELD_BY_OTHERS);
	if (f->config.invalidate) /* of threads that have run no function since */
		py_breakers__write(in, f->mem, STUB_LOOK_UP, false, NULL);
	for (uint32_t i = 0; i < now.npatches && !error; i++) {
		if (patch_holder(&now, i) == HELD_BY_US)
			error = write_patch(f, inj, &now.patches[i], now.patches[i].before);
	}
	for (uint32_t i = 0; i < f->table.nhooks && !error; i++) {
		if (entry_holder(f, &now, i) == HELD_BY_US)
			error = write_entry(f, inj, i, f->table.hooks[i].handler);
	}
	return error;
}

/* What does not lead into the stub, whoever has changed it. */
static uint32_t changed(const struct hook *f, const struct interp *in)
{
	struct now now;

	(void)in;
	return look(f, &now) ? f->table.nhooks + now.npatches - held(f, &now, HELD_BY_US) : 0;
}

const struct hook_way hook_dispatch = {.name = "dispatch table",
				       .find = find_table,
				       .try = try_table,
				       .set = set_table,
				       .unset = unset_table,
				       .missing = changed};

bool hook__has_table(const struct interp *in)
{
	struct interp file = *in; /* a process may not have started yet */
	struct optimizer_entry optimizer;
	struct optable table;
	const char *why;

	file.pid = 0;
	file.bias = 0;
	return !optable__find(&table, &file, &why) &&
	       !optimizer_entry__find(&optimizer, &file, &why);
}
