/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where the stub finds what a coroutine awaits as it is suspended. */
#include "arch/code.h"
#include "cpython/interp.h"
#include "hook/parts.h"
#include "process/procmem.h"

#define CODE_SEEN 16 /* bytes of a handler */

/* 3.11 has no handler of exceptions around each await, which would say how long the stack is: the
 * register that the evaluator has its end in, as the yield's first instruction says. */
static void find_register(struct hook *f, const struct op_hook *yield)
{
	unsigned char code[CODE_SEEN];
	size_t at;

	if (!procmem__read(f->mem, yield->handler, code, sizeof(code)))
		return;
	at = code__prologue(code, sizeof(code));
	f->config.stack_register = code__loads_below(code + at, sizeof(code) - at);
}

/* The yields, plain and watched. */
static void find_yields(struct hook *f, bool by_register)
{
	for (uint32_t i = 0; i < f->table.nhooks; i++) {
		const struct op_hook *op = &f->table.hooks[i];

		if (op->kind != OP_YIELD && op->kind != OP_YIELD_INSTRUMENTED)
			continue;
		f->config.sent[op->kind == OP_YIELD_INSTRUMENTED] = op->op;
		if (op->kind == OP_YIELD && by_register)
			find_register(f, op);
	}
}

/* By version. Up to 3.12 a dictionary's pointer is in each object of asyncio's. */
static const struct {
	uint16_t version;
	struct stub_awaits at;
} rows[] = {
	{0x0308, {64, 0, 360, 0, 0, 0, 144, 104, 112, 32, 16, 48, 24, 0, 0, STUB_IN_DICT}},
	{0x0309, {64, 0, 360, 0, 0, 0, 184, 144, 152, 32, 16, 48, 24, 0, 0, STUB_IN_DICT}},
	{0x030a, {64, 80, 352, 0, 0, 0, 192, 152, 160, 24, 48, 72, 24, 0, 0, STUB_IN_DICT}},
	{0x030b, {0, 0, 72, 184, 2, 16, 176, 128, 136, 16, 48, 72, 24, 0, 872, STUB_BESIDE_DICT}},
	{0x030c, {0, 0, 72, 192, 4, 16, 176, 128, 136, 72, 48, 72, 24, 0, 880, STUB_TAGGED}},
	{0x030d, {0, 0, 72, 200, 4, 16, 144, 104, 120, 72, 48, 72, 24, 8, 880, STUB_BEHIND}},
	{0x030e, {0, 0, 80, 208, 4, 16, 168, 112, 128, 72, 48, 72, 32, 8, 880, STUB_BEHIND}},
	{0x030f, {0, 0, 80, 208, 4, 24, 168, 112, 128, 72, 48, 72, 32, 8, 888, STUB_BEHIND}},
};

void hook__find_awaited(struct hook *f, const struct interp *in)
{
	struct stub_config *c = &f->config;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (rows[i].version == in->version && !in->layout->free_threaded)
			c->awaits = rows[i].at;
	}
	find_yields(f, in->version == 0x030b);
	if (!c->sent[1])
		c->sent[1] = c->sent[0];
	if (in->version == 0x030b && !c->stack_register)
		c->awaits.sent_by = 0;
}
