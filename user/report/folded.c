/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Call paths as folded stacks, for flamegraph.pl and what else reads its input: one line for each
 * path that has time of its own. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/profile.h"
#include "report/labels.h"
#include "report/rows.h"

/* Of deep stacks, the middle is left out: the file would grow by the square of their depth. */
#define KEPT_ABOVE 100
#define KEPT_BELOW 100

/* A semicolon parts frames. */
static void print_frame(const char *label, FILE *out)
{
	for (; *label; label++)
		putc(*label == ';' ? ',' : *label, out);
}

static void print_stack(const struct profile *p, char **labels, const uint32_t *stack, size_t n,
			FILE *out)
{
	for (size_t i = n; i-- > 0;) {
		if (n > KEPT_ABOVE + KEPT_BELOW && i == n - KEPT_ABOVE - 1) {
			fprintf(out, ";[%zu frames]", n - KEPT_ABOVE - KEPT_BELOW);
			i = KEPT_BELOW - 1;
		}
		if (i + 1 < n)
			putc(';', out);
		print_frame(labels[p->paths[stack[i]].func], out);
	}
}

int report_folded(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	uint32_t *stack;
	char **labels;

	(void)opts;
	stack = xcalloc(p->npaths + 1, sizeof(*stack));
	labels = labels__of(p);
	for (size_t i = 0; i < p->npaths; i++) {
		int64_t own = p->paths[i].stat.tottime_ns;
		size_t n = 0;

		if (own <= 0)
			continue;
		for (uint32_t at = (uint32_t)i; at < PROF_FOLDED; at = p->paths[at].parent)
			stack[n++] = at;
		print_stack(p, labels, stack, n, out);
		fprintf(out, " %" PRId64 "\n", own);
	}
	labels__free(labels, p);
	free(stack);
	return ferror(out) ? -1 : 0;
}
