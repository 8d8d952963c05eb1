/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of clocks. */
#include "model/clock.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define BIT(id) (1u << PROF_REASON_##id)
#define IO	(BIT(SOCKET) | BIT(PIPE) | BIT(FILE) | BIT(POLL))

const struct prof_clock prof_clocks[] = {
	{"wall", "all time", 1, 0, 0, 0},
	{"cpu", "time on a CPU", 1, -1, 0, 0},
	{"off-cpu", "time not on a CPU", 0, 1, 0, 0},
	{"blocked", "time waiting for something other than a CPU", 0, 1, -1, 0},
	{"runnable", "time waiting for a CPU", 0, 0, 1, 0},
	{"io", "time waiting for a socket, pipe, file or poll", 0, 0, 0, IO},
#define ACC_REASON(ID, name, what) {#name, "time waiting for " what, 0, 0, 0, BIT(ID)},
#include "bpfprof/reasons.def"
	{0},
};

const struct prof_clock *prof_clock__find(const char *name)
{
	for (const struct prof_clock *c = prof_clocks; c->name; c++) {
		if (!strcmp(c->name, name))
			return c;
	}
	return NULL;
}

static int64_t by(const struct prof_clock *c, int64_t wall, const struct prof_away *away)
{
	int64_t sum = prof_ns(c->wall * prof_ns(wall) + c->off * prof_ns(away->off_ns) +
			      c->wait * prof_ns(away->wait_ns));

	for (int r = 0; c->reasons && r < PROF_REASONS; r++)
		sum = prof_ns(sum + (c->reasons >> r & 1) * prof_ns(away->reason_ns[r]));
	return sum;
}

int64_t prof_clock__own(const struct prof_clock *clock, const struct prof_stat *st)
{
	return by(clock, st->tottime_ns, &st->own_away);
}

int64_t prof_clock__cum(const struct prof_clock *clock, const struct prof_stat *st)
{
	return by(clock, st->cumtime_ns, &st->cum_away);
}

bool prof_stat__is_estimate_by(const struct prof_stat *st, const struct prof_clock *clock)
{
	return clock->wall && st->own_bias_ns > 0 && st->own_bias_ns > prof_clock__own(clock, st);
}

size_t prof_clock__parts(const struct profile *p, const struct prof_clock *parts[PROF_CLOCK_PARTS])
{
	static const char *const names[PROF_CLOCK_PARTS] = {"wall", "cpu", "blocked", "runnable"};
	size_t n = p->target.only_wall ? 1 : PROF_CLOCK_PARTS;

	for (size_t i = 0; i < n; i++)
		parts[i] = prof_clock__find(names[i]);
	return n;
}

static void convert(struct prof_stat *st, const struct prof_clock *clock)
{
	int64_t own = prof_clock__own(clock, st), cum = prof_clock__cum(clock, st);

	st->tottime_ns = own;
	st->cumtime_ns = cum;
}

struct profile *profile__by_clock(const struct profile *p, const struct prof_clock *clock)
{
	struct profile *to = profile__copy(p);

	free(to->target.clock);
	to->target.clock = xstrdup(clock->name);
	for (size_t i = 0; i < to->nfuncs; i++)
		convert(&to->funcs[i].stat, clock);
	for (size_t i = 0; i < to->nedges; i++)
		convert(&to->edges[i].stat, clock);
	for (size_t i = 0; i < to->npaths; i++)
		convert(&to->paths[i].stat, clock);
	return to;
}
