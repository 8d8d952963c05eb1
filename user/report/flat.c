/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Functions, edges and paths as plain tables, CSV with a header or one JSON object a line: the rows
 * of report "json", name for name, so that there is one list of columns. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model/bias.h"
#include "report/csvout.h"
#include "report/fields.h"
#include "report/io_json.h"
#include "report/jsonout.h"
#include "report/reasons_json.h"
#include "report/rows.h"

struct table {
	size_t n;
	fields__row *row;
};

/* Reasons are columns each, of every row: "own_gil_ns" is gil_ns in the row's own_reasons. */
static void put_reason_names(const char *of, FILE *out)
{
	for (int r = 0; r < PROF_REASONS; r++)
		fprintf(out, "%s%.3s_%s_ns", r ? "," : "", of, prof_reason_names[r]);
}

static void put_reasons(const json_t *v, FILE *out)
{
	for (int r = 0; r < PROF_REASONS; r++)
		fprintf(out, "%s%" PRId64, r ? "," : "", reasons_json__ns(v, r));
}

/* And so is what was read and written: "own_file_reads" is file_reads in own_io. */
static void put_io_names(const char *of, FILE *out)
{
	for (size_t i = 0; i < PROF_IO_FIGURES; i++)
		fprintf(out, "%s%.3s_%s", i ? "," : "", of, io_json_names[i]);
}

static void put_io(const json_t *v, FILE *out)
{
	for (size_t i = 0; i < PROF_IO_FIGURES; i++)
		fprintf(out, "%s%" JSON_INTEGER_FORMAT, i ? "," : "",
			json_integer_value(json_object_get(v, io_json_names[i])));
}

static bool is_io(const char *name)
{
	return !strcmp(name + 3, "_io");
}

static void put_name(const char *name, const json_t *v, FILE *out)
{
	if (json_is_object(v))
		(is_io(name) ? put_io_names : put_reason_names)(name, out);
	else
		fputs(name, out);
}

static void put_value(const char *name, const json_t *v, FILE *out)
{
	if (json_is_string(v))
		csv__field(json_string_value(v), out);
	if (json_is_integer(v))
		fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	if (json_is_boolean(v))
		fputs(json_is_true(v) ? "true" : "false", out);
	if (json_is_object(v))
		(is_io(name) ? put_io : put_reasons)(v, out);
}

static void put_line(json_t *row, void (*put)(const char *name, const json_t *v, FILE *out),
		     FILE *out)
{
	const char *name;
	const json_t *v;
	int n = 0;

	json_object_foreach(row, name, v)
	{
		if (n++)
			putc(',', out);
		put(name, v, out);
	}
	putc('\n', out);
}

static int put_header(json_t *row, FILE *out)
{
	put_line(row, put_name, out);
	return 0;
}

static int put_record(json_t *row, FILE *out)
{
	put_line(row, put_value, out);
	return 0;
}

static int put_object(json_t *row, FILE *out)
{
	return json__dump(json_incref(row), JSON_COMPACT, out);
}

/* Each row by put, the first one by header too. */
static int put_table(const struct profile *p, const struct table *t,
		     int (*header)(json_t *row, FILE *out), int (*put)(json_t *row, FILE *out),
		     FILE *out)
{
	struct prof_bias *of;
	int status = 0;

	if (!t->n) {
		errno = ENODATA;
		return -1;
	}
	of = profile__biases(p);
	for (size_t i = 0; i < t->n && !status; i++) {
		json_t *row = fields__tree(t->row, p, of, i);

		status = !i && header ? header(row, out) : 0;
		status = status ? status : put(row, out);
		json_decref(row);
	}
	free(of);
	return status || ferror(out) ? -1 : 0;
}

int report_functions_csv(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	(void)opts;
	return put_table(p, &(struct table){p->nfuncs, fields__function}, put_header, put_record,
			 out);
}

int report_edges_csv(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	(void)opts;
	return put_table(p, &(struct table){p->nedges, fields__edge}, put_header, put_record, out);
}

int report_functions_ndjson(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	(void)opts;
	return put_table(p, &(struct table){p->nfuncs, fields__function}, NULL, put_object, out);
}

int report_edges_ndjson(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	(void)opts;
	return put_table(p, &(struct table){p->nedges, fields__edge}, NULL, put_object, out);
}

int report_paths_csv(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	(void)opts;
	return put_table(p, &(struct table){p->npaths, fields__path}, put_header, put_record, out);
}

int report_paths_ndjson(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	(void)opts;
	return put_table(p, &(struct table){p->npaths, fields__path}, NULL, put_object, out);
}
