/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One page that holds a profile and all that shows it (user/report/html): nothing is loaded. The
 * figures stand in it as JSON, by column, without columns of nothing; names are ASCII with neither
 * < nor &, so that no name ends the element they stand in.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/bias.h"
#include "model/clock.h"
#include "report/jsonout.h"
#include "report/rows.h"

/* page.S */
extern const char html_before[], html_before_end[], html_after[], html_after_end[];

#define SOURCES_BYTES (2u << 20) /* in all, of those functions that took most */

static const struct column {
	const char *name;
	size_t at; /* in struct prof_stat, 64 bits wide */
	bool of_paths;
} columns[] = {
#define AT(field) offsetof(struct prof_stat, field)
	{"calls", AT(ncalls), true},
	{"primitive", AT(primitive_calls), true},
	{"open", AT(open), true},
	{"own_wall", AT(tottime_ns), true},
	{"own_off", AT(own_away.off_ns), true},
	{"own_wait", AT(own_away.wait_ns), true},
	{"cum_wall", AT(cumtime_ns), false},
	{"cum_off", AT(cum_away.off_ns), false},
	{"cum_wait", AT(cum_away.wait_ns), false},
#define ACC_REASON(ID, name, what)                                                                 \
	{"own_" #name, AT(own_away.reason_ns[PROF_REASON_##ID]), true},                            \
		{"cum_" #name, AT(cum_away.reason_ns[PROF_REASON_##ID]), false},
#include "bpfprof/reasons.def"
};

static int put_safe(const char *text, size_t size, void *out)
{
	for (size_t i = 0; i < size; i++) {
		if (strchr("<>&", text[i]) ? fprintf(out, "\\u%04x", text[i]) < 0
					   : putc(text[i], out) == EOF)
			return -1;
	}
	return 0;
}

/* Takes v. */
static int put_json(json_t *v, FILE *out)
{
	int status = v ? json_dump_callback(v, put_safe, out,
					    JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY)
		       : -1;

	json_decref(v);
	return status;
}

/* Rows of figures: of functions, edges or paths, as they lie in their arrays. */
struct rows {
	const char *first; /* NULL where there are none */
	size_t stat, size; /* where a row has its struct prof_stat, and how large it is */
	size_t n;
};

#define ROWS_OF(array) (const char *)(array), offsetof(__typeof__(*(array)), stat), sizeof(*(array))

static const struct prof_stat *stat_of(const struct rows *r, size_t i)
{
	return (const struct prof_stat *)(r->first + i * r->size + r->stat);
}

static int64_t figure(const struct rows *r, size_t i, const struct column *c)
{
	int64_t v;

	memcpy(&v, r->first + i * r->size + r->stat + c->at, sizeof(v));
	return prof_ns(v);
}

static bool is_empty(const struct rows *r, const struct column *c)
{
	for (size_t i = 0; i < r->n; i++) {
		if (figure(r, i, c))
			return false;
	}
	return true;
}

static void put_column(const struct rows *r, const struct column *c, FILE *out)
{
	fprintf(out, ",\n\"%s\":[", c->name);
	for (size_t i = 0; i < r->n; i++)
		fprintf(out, "%s%" PRId64, i ? "," : "", figure(r, i, c));
	fputs("]", out);
}

static void put_columns(const struct rows *r, bool of_paths, FILE *out)
{
	for (size_t k = 0; k < sizeof(columns) / sizeof(*columns); k++) {
		if ((columns[k].of_paths || !of_paths) && !is_empty(r, &columns[k]))
			put_column(r, &columns[k], out);
	}
}

static int put_functions(const struct profile *p, FILE *out)
{
	struct rows r = {ROWS_OF(p->funcs), p->nfuncs};
	struct prof_bias *of = profile__biases(p);
	int status = 0;

	fputs("{\"id\":[", out);
	for (size_t i = 0; i < p->nfuncs && !status; i++) {
		const struct prof_func *f = &p->funcs[i];

		fputs(i ? ",\n" : "\n", out);
		status = put_json(json_pack("[s, I, s, s?, s]", f->file, (json_int_t)f->line,
					    f->name, f->qualname, prof_kinds[f->kind]),
				  out);
	}
	fputs("],\n\"error\":[", out);
	for (size_t i = 0; i < p->nfuncs; i++)
		fprintf(out, "%s%.0f", i ? "," : "", prof_bias__error(&of[i], stat_of(&r, i)));
	free(of);
	fputs("]", out);
	put_columns(&r, false, out);
	fputs("}", out);
	return status;
}

/* A list of one whole number below 2^31 of each row, which stands at that offset; -1 is none. */
static void put_numbers(const struct rows *r, const char *name, size_t at, FILE *out)
{
	int32_t v;

	fprintf(out, "\"%s\":[", name);
	for (size_t i = 0; i < r->n; i++) {
		memcpy(&v, r->first + i * r->size + at, sizeof(v));
		fprintf(out, "%s%" PRId32, i ? "," : "", v);
	}
	fputs("]", out);
}

static void put_edges(const struct profile *p, FILE *out)
{
	struct rows r = {ROWS_OF(p->edges), p->nedges};

	fputs(",\n\"edges\":{", out);
	put_numbers(&r, "caller", offsetof(struct prof_edge, caller), out);
	fputs(",\n", out);
	put_numbers(&r, "callee", offsetof(struct prof_edge, callee), out);
	put_columns(&r, false, out);
	fputs("}", out);
}

static void put_paths(const struct profile *p, FILE *out)
{
	struct rows r = {ROWS_OF(p->paths), p->npaths};

	fputs(",\n\"paths\":{", out);
	put_numbers(&r, "parent", offsetof(struct prof_path, parent), out);
	fputs(",\n", out);
	put_numbers(&r, "function", offsetof(struct prof_path, func), out);
	put_columns(&r, true, out);
	fputs("}", out);
}

static json_t *clocks_json(const struct profile *p)
{
	json_t *all = json_array();

	for (const struct prof_clock *c = prof_clocks; c->name; c++) {
		json_t *reasons = json_array();

		for (int r = 0; r < PROF_REASONS; r++) {
			if (c->reasons >> r & 1)
				json_array_append_new(reasons, json_string(prof_reason_names[r]));
		}
		json_array_append_new(all,
				      json_pack("{s:s, s:s, s:i, s:i, s:i, s:o}", "name", c->name,
						"help", c->help, "wall", c->wall, "off", c->off,
						"wait", c->wait, "reasons", reasons));
		if (p->target.only_wall)
			break;
	}
	return all;
}

/* The functions that took most themselves stand first. */
static int compare_own(const void *a, const void *b, void *funcs)
{
	const struct prof_func *of = funcs;
	int64_t x = of[*(const uint32_t *)a].stat.tottime_ns;
	int64_t y = of[*(const uint32_t *)b].stat.tottime_ns;

	return x < y ? 1 : x > y ? -1 : 0;
}

static int put_sources(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	uint32_t *order = xcalloc(p->nfuncs + 1, sizeof(*order));
	size_t bytes = 0;
	int status = 0;

	for (size_t i = 0; i < p->nfuncs; i++)
		order[i] = i;
	qsort_r(order, p->nfuncs, sizeof(*order), compare_own, p->funcs);
	fputs(",\n\"sources\":[[-1,\"\"]", out);
	for (size_t i = 0; opts->source && i < p->nfuncs && bytes < SOURCES_BYTES && !status; i++) {
		char *text = opts->source(opts->sources, &p->funcs[order[i]]);

		if (!text)
			continue;
		bytes += strlen(text);
		fputs(",\n", out);
		status = put_json(json_pack("[I, s]", (json_int_t)order[i], text), out);
		free(text);
	}
	fputs("]", out);
	free(order);
	return status;
}

static int put_profile(const struct profile *p, FILE *out)
{
	int status;

	fputs("{\"head\":", out);
	status = put_json(json__head(p), out);
	fputs(",\n\"functions\":", out);
	status = status ? status : put_functions(p, out);
	put_edges(p, out);
	if (p->npaths)
		put_paths(p, out);
	fputs("}", out);
	return status;
}

int report_html(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	int status;

	fwrite(html_before, 1, html_before_end - html_before, out);
	fputs("{\"clocks\":", out);
	status = put_json(clocks_json(p), out);
	fputs(",\n\"profile\":", out);
	status = status ? status : put_profile(p, out);
	if (opts->baseline && !status) {
		fprintf(out, ",\n\"baseline_scale\":%.17g,\n\"baseline\":", opts->baseline_scale);
		status = put_profile(opts->baseline, out);
	}
	status = status ? status : put_sources(p, opts, out);
	fputs("}", out);
	fwrite(html_after, 1, html_after_end - html_after, out);
	if (status)
		errno = EILSEQ;
	return status || ferror(out) ? -1 : 0;
}
