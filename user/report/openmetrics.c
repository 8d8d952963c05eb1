/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * OpenMetrics, such that readers of Prometheus' older text format take it too (node_exporter's
 * textfile collector). The families are gauges: figures of one run, which the next may have
 * smaller; and what the two formats call a counter differs.
 */
#include <errno.h>
#include <inttypes.h>

#include "model/clock.h"
#include "report/metrics.h"
#include "report/rows.h"

static void put_family(const char *family, const char *unit, const char *help, FILE *out)
{
	metrics__family(family, "", "gauge", unit, help, out);
}

static void put_calls(const struct profile *p, FILE *out)
{
	put_family("bpfprof_calls", NULL, "Calls of each function.", out);
	for (size_t i = 0; i < p->nfuncs; i++) {
		metrics__function("bpfprof_calls", &p->funcs[i], out);
		fprintf(out, "} %" PRIu64 "\n", p->funcs[i].stat.ncalls);
	}
}

static void put_seconds(const struct profile *p, const char *family, const char *help,
			int64_t (*of)(const struct prof_clock *clock, const struct prof_stat *st),
			FILE *out)
{
	const struct prof_clock *clocks[PROF_CLOCK_PARTS];
	size_t n = prof_clock__parts(p, clocks);

	put_family(family, "seconds", help, out);
	for (size_t i = 0; i < p->nfuncs; i++) {
		for (size_t k = 0; k < n; k++) {
			metrics__function(family, &p->funcs[i], out);
			fprintf(out, ",clock=\"%s\"} %.9f\n", clocks[k]->name,
				of(clocks[k], &p->funcs[i].stat) / 1e9);
		}
	}
}

static void put_losses(const struct profile *p, FILE *out)
{
	put_family("bpfprof_lost", NULL, "What could not be counted, by kind.", out);
	for (size_t i = 0; i < p->nlosses; i++) {
		fputs("bpfprof_lost{", out);
		metrics__label("kind", p->losses[i].name, out);
		fprintf(out, "} %" PRIu64 "\n", p->losses[i].count);
	}
}

static void put_blocks(const struct profile *p, FILE *out)
{
	static const char *const families[] = {"bpfprof_block_hits", "bpfprof_block_seconds"};

	for (int family = 0; family < 2; family++) {
		put_family(families[family], family ? "seconds" : NULL,
			   family ? "Time in each block, outermost hits." : "Hits of each block.",
			   out);
		for (size_t i = 0; i < p->nblocks; i++) {
			const struct prof_block *b = &p->blocks[i];

			metrics__block(families[family], p, b, out);
			if (family)
				fprintf(out, "%.9f\n", b->hits.total_ns / 1e9);
			else
				fprintf(out, "%" PRIu64 "\n", b->hits.hit_count);
		}
	}
}

int report_openmetrics(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	(void)opts;
	put_calls(p, out);
	put_seconds(p, "bpfprof_own_seconds", "Time of each function without those it calls.",
		    prof_clock__own, out);
	put_seconds(p, "bpfprof_cumulative_seconds", "Time of each function with those it calls.",
		    prof_clock__cum, out);
	put_losses(p, out);
	if (p->nblocks)
		put_blocks(p, out);
	fputs("# EOF\n", out);
	return ferror(out) ? -1 : 0;
}
