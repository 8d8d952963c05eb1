/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What functions read and write: a line for each function and kind of file, its own system calls
 * and bytes, and the bytes of these and of all that it called. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/footnote.h"
#include "report/order.h"
#include "report/rows.h"

#define LINES 9 /* around the rows: totals, order, columns' names, what is a pipe */

#define PLURAL(n) ((n) == 1 ? "" : "s")

static bool has_kind(const struct prof_io *io, int kind)
{
	return io->reads[kind] || io->writes[kind];
}

/* Lines of each function: one for each kind; most have none. */
static uint32_t *kinds_of(const struct profile *p)
{
	uint32_t *lines = xcalloc(p->nfuncs, sizeof(*lines));

	for (size_t i = 0; i < p->nfuncs; i++) {
		for (int kind = 0; kind < PROF_IO_KINDS; kind++)
			lines[i] += has_kind(&profile__io(p, PROF_FUNCS, i)->cum, kind);
	}
	return lines;
}

/* Of all kinds of file together: in a function's first line. */
static void print_failed(const int64_t *failed, FILE *out)
{
	if (failed)
		fprintf(out, " %7" PRId64, *failed);
	else
		fprintf(out, " %7s", "");
}

/* failed: whether calls that failed have a column. */
static void print_rows(const struct prof_ios *io, const char *label, bool failed, FILE *out)
{
	const struct prof_io *own = &io->own, *cum = &io->cum;
	const int64_t *told = &own->failed;

	for (int kind = 0; kind < PROF_IO_KINDS; kind++) {
		if (!has_kind(cum, kind))
			continue;
		fprintf(out, "%6s %8" PRId64 " %12" PRId64 " %8" PRId64 " %12" PRId64,
			prof_io_names[kind], own->reads[kind], own->read_bytes[kind],
			own->writes[kind], own->written_bytes[kind]);
		if (failed)
			print_failed(told, out);
		told = NULL;
		fprintf(out, " %12" PRId64 " %13" PRId64 "  %s\n", cum->read_bytes[kind],
			cum->written_bytes[kind], label);
	}
}

static void print_heads(bool failed, FILE *out)
{
	fprintf(out, "%50s%s %26s\n", "by itself", failed ? "        " : "",
		"with all that it calls");
	fprintf(out,
		"  kind    reads         read   writes      written%s         read       written  "
		"filename:lineno(function)\n",
		failed ? "  failed" : "");
}

static void print_sum(const struct prof_io *all, FILE *out)
{
	const int64_t reads = prof_io__reads(all), read = prof_io__read(all);
	const int64_t writes = prof_io__writes(all), written = prof_io__written(all);

	fprintf(out,
		"         %" PRId64 " read%s of %" PRId64 " byte%s, %" PRId64 " write%s of %" PRId64
		" byte%s",
		reads, PLURAL(reads), read, PLURAL(read), writes, PLURAL(writes), written,
		PLURAL(written));
	if (all->failed)
		fprintf(out, "; %" PRId64 " of these calls failed", all->failed);
	fputs("\n\n", out);
}

int report_io(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	const struct prof_io sum = profile__sum_io(p);
	uint32_t *of = kinds_of(p);
	const struct row_lines lines = {.around = LINES + report__lines_around(p, opts), .of = of};
	struct selection s = selection__make(p, opts, "bytes", &lines);

	report__head(p, out);
	print_sum(&sum, out);
	fprintf(out, "   Ordered by: %s\n%s\n", s.ordered_by, s.reduced);
	print_heads(sum.failed, out);
	for (size_t i = 0; i < s.n; i++)
		print_rows(profile__io(p, PROF_FUNCS, s.rows[i]), s.labels[s.rows[i]], sum.failed,
			   out);
	putc('\n', out);
	if (has_kind(&sum, PROF_IO_PIPE))
		fputs("   pipe: terminals and other character devices too, such as /dev/null\n",
		      out);
	report__hidden(p, opts, out);
	report__remarks(p, opts, out);
	selection__free(&s);
	free(of);
	return ferror(out) ? -1 : 0;
}
