/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The tables that the process shares with us, in their place behind the stub and out of it again.
 * The kernel maps and unmaps each of their pages, ten thousands of them, which takes milliseconds:
 * a piece in each stop, between which the process runs. Nothing leads into the stub meanwhile. */
#include <sys/mman.h>
#include <sys/syscall.h>

#include "hook/parts.h"
#include "process/handover.h"
#include "process/inject.h"

#define PIECE_BYTES (32ul << 20)

/* What lies in the piece of a table. */
struct part {
	uint32_t table;
	uint64_t from, bytes; /* in it */
};

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Those between two places behind the stub; how many. */
static uint32_t list_parts(const struct hook *f, uint64_t from, uint64_t to,
			   struct part parts[STUB_TABLES])
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < STUB_TABLES; i++) {
		const uint64_t begin = f->config.table[i] - STUB_SHARED;
		const uint64_t end = begin + hook__table_room(&f->tables[i]);
		const uint64_t first = from > begin ? from : begin, last = least(to, end);

		if (first < last)
			parts[n++] = (struct part){i, first - begin, last - first};
	}
	return n;
}

/* 0, or -1 with f->why. */
static int place(struct hook *f, struct inject *inj, const struct part *parts, uint32_t n)
{
	struct hook_calls c = {0};
	struct handed given;
	int fds[STUB_TABLES], error;

	for (uint32_t i = 0; i < n; i++)
		fds[i] = f->tables[parts[i].table].fd;
	error = handover__give(inj, f->mem, hook__at(f, STUB_CALLS), fds, n, &given);
	if (error)
		return hook__not_handed(f, error, "the tables", "--backend=eval");
	for (uint32_t i = 0; i < n; i++)
		hook_calls__add(
			&c, SYS_mmap,
			(uint64_t[6]){f->base + f->config.table[parts[i].table] + parts[i].from,
				      parts[i].bytes, PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_FIXED, given.fds[i], parts[i].from});
	hook_calls__add_closes(&c, &given);
	return hook_calls__make(&c, f, inj)
		       ? hook__fail(f, "it cannot map the tables; use --backend=eval")
		       : 0;
}

/* What an earlier run has mapped stays, for threads may come by there yet. */
static int give_up(struct hook *f, struct inject *inj)
{
	if (f->was_mapped)
		hook__unmap_tables(f, inj);
	else
		hook__unmap_unused(f, inj);
	return -1;
}

int hook__place(struct hook *f, const struct interp *in, struct inject *inj)
{
	const uint64_t to = least(f->placed + PIECE_BYTES, f->shared_bytes);
	struct part parts[STUB_TABLES];
	uint32_t n = list_parts(f, f->placed, to, parts);

	(void)in;
	if (hook__ask_seccomp(f, inj))
		return -1;
	if (place(f, inj, parts, n))
		return give_up(f, inj);
	f->placed = to;
	return to < f->shared_bytes ? HOOK_MORE : 0;
}

/* Memory of nobody's comes in their place, for threads that are still in the stub, and so that no
 * other mapping of the process's does before all of it goes. */
int hook__displace(struct hook *f, struct inject *inj)
{
	const uint64_t from = f->placed - least(f->placed, PIECE_BYTES);

	inject__call(inj, SYS_mmap, f->base + STUB_SHARED + from, f->placed - from,
		     PROT_READ | PROT_WRITE, HOOK_PRIVATE, -1, 0);
	f->placed = from;
	return from ? HOOK_MORE : hook__unmap(f, inj);
}

/* Whether a thread may be in the stub, or come back into it from what that has called, and go on
 * counting. */
static bool may_count_yet(const struct hook *f, const struct inject *inj)
{
	return f->by_slot || f->config.builtins || f->config.vdso_clock ||
	       inject__is_in(inj, f->base - 1, f->base + STUB_CALLS);
}

/* Such a thread would write into tables that have ended: a wait without its reason, a call that is
 * counted as open already. */
int hook__end_tables(struct hook *f, struct inject *inj)
{
	if (!may_count_yet(f, inj))
		return HOOK_MORE;
	hook__unmap_tables(f, inj);
	return hook__unmap(f, inj);
}
