/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The made-up run of test_top.c, as it is read each second. */
#ifndef BPFPROF_TESTS_TOP_RUN_H
#define BPFPROF_TESTS_TOP_RUN_H

#include "unit/test.h"

#include "base/mem.h"
#include "report/load.h"

/* The run after so many seconds: all figures grow in step, but for what more says of one function.
 */
static void scale(struct prof_stat *st, uint64_t by)
{
	st->ncalls *= by;
	st->primitive_calls *= by;
	st->tottime_ns *= (int64_t)by;
	st->cumtime_ns *= (int64_t)by;
	st->own_away.off_ns *= (int64_t)by;
	st->own_away.wait_ns *= (int64_t)by;
	st->cum_away.off_ns *= (int64_t)by;
	st->cum_away.wait_ns *= (int64_t)by;
	st->life.begun *= by;
	st->life.ended *= by;
	st->life.raised *= by;
	st->life.elapsed_ns *= (int64_t)by;
	st->life.running_ns *= (int64_t)by;
	st->life.awaiting_ns *= (int64_t)by;
	st->life.in_future_ns *= (int64_t)by;
	st->life.in_sleep_ns *= (int64_t)by;
	st->life.in_executor_ns *= (int64_t)by;
}

static void scale_io(struct prof_io_rows *rows, uint64_t by)
{
	for (size_t i = 0; i < rows->n; i++) {
		for (size_t k = 0; k < 2 * PROF_IO_FIGURES; k++)
			PROF_IO_FIGURE(&rows->v[i], k) *= (int64_t)by;
	}
}

/* "total" by two ways: its generator is called on both, "price" on one of them and by "main" too.
 */
static void add_paths(struct profile *p, uint64_t seconds)
{
	static const struct {
		uint32_t parent, func;
		uint64_t calls;
		int64_t own_ns, cum_ns;
	} paths[] = {
		{PROF_NONE, 0, 0, 1000, 990000000}, {0, 1, 50, 12000000, 980000000},
		{1, 3, 40, 20000000, 180000000},    {2, 4, 15000, 90000000, 160000000},
		{3, 5, 14000, 70000000, 70000000},  {0, 3, 10, 11000000, 40000000},
		{5, 4, 50, 9000000, 29000000},	    {6, 4, 7, 2000000, 20000000},
		{7, 5, 500, 9000000, 9000000},	    {0, 5, 500, 9000000, 9000000},
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		uint32_t k = profile__path(p, paths[i].parent, paths[i].func);

		p->paths[k].stat = (struct prof_stat){.ncalls = paths[i].calls,
						      .tottime_ns = paths[i].own_ns,
						      .cumtime_ns = paths[i].cum_ns};
		scale(&p->paths[k].stat, seconds);
	}
}

/* A third thread, of another process, what threads call, and two blocks of a track and another. */
static void add_threads(struct profile *p, uint64_t seconds)
{
	static const struct {
		uint32_t thread, func;
		uint64_t calls;
		int64_t own_ns, cum_ns;
	} parts[] = {{0, 0, 0, 1000000, 990000000},   {0, 1, 50, 12000000, 980000000},
		     {1, 3, 20, 11000000, 80000000},  {1, 4, 6000, 30000000, 60000000},
		     {2, 3, 30, 20000000, 140000000}, {2, 4, 9050, 69000000, 128000000}};
	static const struct prof_process process = {.pid = 4750, .command = "python3 worker.py"};
	struct prof_thread *t = profile__add_thread(p, 4751, "Worker-23");

	t->pid = process.pid;
	t->with_ended = true;
	t->ncalls = 9080 * seconds;
	t->tottime_ns = 89000000 * (int64_t)seconds;
	profile__add_process(p, &process);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		*ARR_PUSH(p->parts, p->nparts) = (struct prof_part){
			.thread = parts[i].thread,
			.func = parts[i].func,
			.stat = {.ncalls = parts[i].calls * seconds,
				 .tottime_ns = parts[i].own_ns * (int64_t)seconds,
				 .cumtime_ns = parts[i].cum_ns * (int64_t)seconds}};
	}
	for (uint32_t i = 0; i < 3; i++) {
		const struct prof_hits hits = {.hit_count = (10 + i) * seconds,
					       .total_ns = 5000000 * (int64_t)seconds,
					       .own_ns = 2000000 * (int64_t)seconds};
		uint32_t track = profile__track(p, NULL, i / 2);

		prof_block__add(profile__block(p, track, i == 1 ? "commit" : "query", NULL, 0), 0,
				&hits);
	}
}

/* The same, and the second has ended. */
static void add_ended(struct profile *p, uint64_t seconds)
{
	add_threads(p, seconds);
	for (size_t i = 0; i < p->nthreads; i++)
		p->threads[i].end_ns = i == 1 ? 2 : seconds * 1000000000;
}

static struct profile *reading(uint64_t seconds)
{
	struct profile *p = profile__load("tests/unit/top.json");

	CHECK(p);
	p->target.duration_ns = seconds * 1000000000;
	for (size_t i = 0; i < p->nfuncs; i++)
		scale(&p->funcs[i].stat, seconds);
	if (seconds > 3) /* "total" got slower */
		p->funcs[3].stat.tottime_ns += (int64_t)(seconds - 3) * 50000000;
	for (size_t i = 0; i < p->nedges; i++)
		scale(&p->edges[i].stat, seconds);
	scale_io(&p->io[PROF_FUNCS], seconds);
	scale_io(&p->io[PROF_EDGES], seconds);
	for (size_t i = 0; i < p->nthreads; i++) {
		p->threads[i].ncalls *= seconds;
		p->threads[i].tottime_ns *= (int64_t)seconds;
		p->threads[i].start_ns += seconds; /* clocks are told better from one to the next */
	}
	return p;
}

#endif
