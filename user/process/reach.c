/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "process/reach.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arch/stopped.h"
#include "base/mem.h"
#include "process/inject.h"

#define STACK_WORDS 8192u

static bool any_in(const uint64_t *words, size_t n, uint64_t from, uint64_t to)
{
	for (size_t i = 0; i < n; i++) {
		if (words[i] - from < to - from)
			return true;
	}
	return false;
}

/* What cannot be read may be anything. */
static bool is_on_stack(int mem, uint64_t at, uint64_t *words, uint64_t from, uint64_t to)
{
	ssize_t n = pread(mem, words, STACK_WORDS * sizeof(*words), (off_t)(at & ~7ull));

	return n <= 0 || any_in(words, n / sizeof(*words), from, to);
}

static bool may_reach(const struct stopped *regs, int mem, uint64_t *words, uint64_t from,
		      uint64_t to)
{
	uint64_t all[sizeof(*regs) / sizeof(uint64_t)];

	memcpy(all, regs, sizeof(all));
	return any_in(all, sizeof(all) / sizeof(*all), from, to) ||
	       is_on_stack(mem, stopped__stack(regs), words, from, to);
}

bool inject__may_reach(const struct inject *in, int mem, uint64_t from, uint64_t to)
{
	uint64_t *words = xcalloc(STACK_WORDS, sizeof(*words));
	struct stopped regs;
	bool found = may_reach(&in->regs, mem, words, from, to); /* the worker's, as they were */

	for (size_t i = 0; i < in->ntids && !found; i++) {
		if (in->tids[i] != in->worker)
			found = !stopped__get(in->tids[i], &regs) ||
				may_reach(&regs, mem, words, from, to);
	}
	free(words);
	return found;
}
