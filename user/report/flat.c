/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Functions, edges and paths as plain tables, CSV with a header or one JSON object a line: the rows
 * of report "json", name for name, so that there is one list of columns. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "model/bias.h"
#include "report/csvout.h"
#include "report/fields.h"
#include "report/rows.h"

struct table {
	const struct profile *p;
	fields__row *row;
	struct prof_bias *of; /* as profile__biases says it */
};

/* --- CSV ---------------------------------------------------------------------------------------
 */

struct line {
	FILE *out;
	bool is_header; /* names stand in it, not values */
	bool has_any;
};

static FILE *next(struct line *l)
{
	if (l->has_any)
		putc(',', l->out);
	l->has_any = true;
	return l->out;
}

static void put_number(void *to, const char *name, int64_t value)
{
	struct line *l = to;

	if (l->is_header)
		fputs(name, next(l));
	else
		fprintf(next(l), "%" PRId64, value);
}

static void put_boolean(void *to, const char *name, bool value)
{
	struct line *l = to;

	fputs(l->is_header ? name : value ? "true" : "false", next(l));
}

static void put_text(void *to, const char *name, const char *value)
{
	struct line *l = to;

	csv__field(l->is_header ? name : value ? value : "", next(l));
}

/* Its figures are columns each, of every row: gil_ns in own_reasons is "own_gil_ns", and file_reads
 * in own_io "own_file_reads". */
static void put_group(void *to, const char *name, const struct fields_group *g)
{
	struct line *l = to;

	for (size_t i = 0; i < g->n; i++) {
		if (l->is_header)
			fprintf(next(l), "%.3s_%s%s", name, g->names[i], g->suffix);
		else
			fprintf(next(l), "%" PRId64, g->values[i]);
	}
}

static void put_line(const struct table *t, size_t i, bool is_header, FILE *out)
{
	static const struct fields f = {put_number, put_number, put_boolean, put_text, put_group};
	struct line line = {.out = out, .is_header = is_header};

	t->row(t->p, t->of, i, &f, &line);
	putc('\n', out);
}

static void put_record(const struct table *t, size_t i, FILE *out)
{
	if (!i)
		put_line(t, i, true, out);
	put_line(t, i, false, out);
}

/* --- NDJSON ------------------------------------------------------------------------------------
 */

static void put_object(const struct table *t, size_t i, FILE *out)
{
	fields__write(t->row, t->p, t->of, i, out);
	putc('\n', out);
}

/* --- which -------------------------------------------------------------------------------------
 */

static int put_table(struct table *t, size_t n,
		     void (*put)(const struct table *t, size_t i, FILE *out), FILE *out)
{
	if (!n) {
		errno = ENODATA;
		return -1;
	}
	t->of = profile__biases(t->p);
	for (size_t i = 0; i < n && !ferror(out); i++)
		put(t, i, out);
	free(t->of);
	return ferror(out) ? -1 : 0;
}

#define REPORT(name, n, row, put)                                                                  \
	int report_##name(const struct profile *p, const struct report_opts *opts, FILE *out)      \
	{                                                                                          \
		struct table t = {p, row, NULL};                                                   \
                                                                                                   \
		(void)opts;                                                                        \
		return put_table(&t, p->n, put, out);                                              \
	}
REPORT(functions_csv, nfuncs, fields__function, put_record)
REPORT(edges_csv, nedges, fields__edge, put_record)
REPORT(paths_csv, npaths, fields__path, put_record)
REPORT(functions_ndjson, nfuncs, fields__function, put_object)
REPORT(edges_ndjson, nedges, fields__edge, put_object)
REPORT(paths_ndjson, npaths, fields__path, put_object)
