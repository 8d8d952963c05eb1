/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Before 3.12 the running thread's state is in _PyRuntime, later in a thread's own memory. The
 * function that returns it is one or two loads, but in a shared library of 3.12 or later it may
 * call __tls_get_addr, and then calling is the way, unless who runs there finds the same by itself.
 */
#include "cpython/tstate.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "arch/code.h"
#include "process/elf.h"
#include "process/procmem.h"

#define CODE_MAX 40

/* The function and what reading it needs. */
struct getter {
	struct elf *e;
	const struct interp *in;
	int mem; /* of the process; less than 0: there is none */
	uint64_t addr, bias;
	unsigned char code[CODE_MAX];
};

/* Decodes the n loads that the function must consist of. */
static bool decode(const struct getter *g, struct load *loads, size_t n)
{
	size_t at = code__prologue(g->code, CODE_MAX);

	for (size_t i = 0; i < n; i++) {
		loads[i] = i ? loads[i - 1] : (struct load){};
		if (!code__load(g->code + at, CODE_MAX - at, g->addr + at, &loads[i]))
			return false;
		at += loads[i].size;
	}
	return code__returns(g->code + at, CODE_MAX - at);
}

/* One load. */
static bool is_direct(const struct getter *g, struct tstate_way *w)
{
	struct load l;

	if (!decode(g, &l, 1) || (l.from != LOAD_THREADS && l.from != LOAD_NEAR))
		return false;
	if (l.from == LOAD_THREADS)
		*w = (struct tstate_way){.how = TSTATE_THREADS, .arg = (int64_t)l.disp};
	else
		*w = (struct tstate_way){.how = TSTATE_GLOBAL, .arg = l.target + g->bias};
	return true;
}

/* What the linker's table has for _PyRuntime, or for the place in a thread's memory. Without a
 * process the one is known and the other is not. */
static bool linker_word(const struct getter *g, const struct load l[2], uint64_t *word)
{
	uint64_t size;

	if (g->mem >= 0)
		return procmem__read(g->mem, l->target + g->bias, word, sizeof(*word));
	return l[1].from == LOAD_LOADED && elf__symbol(g->e, "_PyRuntime", word, &size);
}

/* Two loads, the first of the linker's table. */
static bool is_by_linker(const struct getter *g, struct tstate_way *w)
{
	struct load l[2];
	uint64_t word;

	if (!decode(g, l, 2) || l[0].from != LOAD_NEAR ||
	    (l[1].from != LOAD_LOADED && l[1].from != LOAD_THREADS_LOADED) ||
	    !linker_word(g, l, &word))
		return false;
	if (l[1].from == LOAD_LOADED)
		*w = (struct tstate_way){.how = TSTATE_GLOBAL, .arg = word + l[1].disp};
	else
		*w = (struct tstate_way){.how = TSTATE_THREADS, .arg = word};
	return true;
}

/* What the function asks the dynamic linker for. */
static void ask_for(const struct getter *g, struct tstate_way *w)
{
	uint64_t index[2]; /* module, offset */
	int64_t at;
	int32_t disp;

	if (g->mem < 0 || !code__asks_tls(g->code, CODE_MAX, &at, &disp) ||
	    !procmem__read(g->mem, g->addr + g->bias + (uint64_t)at, index, sizeof(index)))
		return;
	w->tls_module = index[0];
	w->tls_offset = index[1] + (uint64_t)disp;
}

static int read_getter(struct getter *g, const char **why)
{
	uint64_t size;

	if (!elf__symbol(g->e, "PyThreadState_GetUnchecked", &g->addr, &size) &&
	    !elf__symbol(g->e, "_PyThreadState_UncheckedGet", &g->addr, &size)) {
		*why = "it does not export the function that returns the running thread's state";
		return -ENOENT;
	}
	if (!elf__read(g->e, g->addr, g->code, CODE_MAX)) {
		*why = "its file is cut short";
		return -ENOEXEC;
	}
	g->bias = g->in->pid ? g->in->bias : 0;
	g->mem = g->in->pid ? procmem__open(g->in->pid) : -1;
	return 0;
}

int tstate_way__find(struct tstate_way *w, const struct interp *in, const char **why)
{
	struct getter g = {.e = elf__open(in->open_path), .in = in, .mem = -1};
	int error = g.e ? read_getter(&g, why) : -errno;

	if (!g.e)
		*why = strerror(-error);
	if (!error && !is_direct(&g, w) && !is_by_linker(&g, w)) {
		*w = (struct tstate_way){.how = TSTATE_CALL, .arg = g.addr + g.bias};
		ask_for(&g, w);
	}
	if (g.mem >= 0)
		close(g.mem);
	elf__close(g.e);
	return error;
}
