/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One page that holds a profile and all that shows it (user/report/html): nothing is loaded. The
 * figures stand in it as JSON, by column, without columns of nothing; names are ASCII with neither
 * < nor &, so that no name ends the element they stand in. What is seen first comes before the
 * script, as it is: the head, and the functions that take most. All the rest comes after it, each
 * column an element of its own and packed: to read text is what takes a browser longest.
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
#include "report/html_columns.h"
#include "report/html_kinds.h"
#include "report/origin.h"
#include "report/packed.h"
#include "report/rows.h"

/* page.S */
extern const char html_before[], html_before_end[], html_between[], html_between_end[];
extern const char html_after[], html_after_end[];

#define FIRST 200 /* functions: a screen of them, and what a short search finds */

#define SOURCES_BYTES (2u << 20) /* in all, of those functions that took most */

static int put_safe(const char *text, size_t size, void *out)
{
	for (size_t i = 0; i < size; i++) {
		if (strchr("<>&", text[i]) ? fprintf(out, "\\u%04x", text[i]) < 0
					   : putc(text[i], out) == EOF)
			return -1;
	}
	return 0;
}

/* Rows of figures: of functions, edges or paths, as they lie in their arrays. */
struct rows {
	const struct profile *p;
	enum prof_rows of;
	const char *first; /* NULL where there are none */
	size_t stat, size; /* where a row has its struct prof_stat, and how large it is */
	size_t n;
	const uint32_t *order; /* which row comes when; NULL: as they lie */
};

#define ROWS_OF(p, array, of)                                                                      \
	p, of, (const char *)(p)->array, offsetof(__typeof__(*(p)->array), stat),                  \
		sizeof(*(p)->array)

static size_t row_number(const struct rows *r, size_t i)
{
	return r->order ? r->order[i] : i;
}

static const char *row_at(const struct rows *r, size_t i)
{
	return r->first + row_number(r, i) * r->size;
}

static int64_t figure(const struct rows *r, size_t i, const struct html_column *c)
{
	const char *from = row_at(r, i) + r->stat;
	int64_t v;

	if (c->is_io)
		from = (const char *)profile__io(r->p, r->of, row_number(r, i));
	memcpy(&v, from + c->at, sizeof(v));
	return prof_ns(v);
}

static bool is_empty(const struct rows *r, const struct html_column *c)
{
	for (size_t i = 0; i < r->n; i++) {
		if (figure(r, i, c))
			return false;
	}
	return true;
}

/* The page that is written, and of what; its functions stand in an order of their own. */
struct page {
	FILE *out;
	const char *table; /* whose columns are parts of their own; NULL: they stand in the head */
	const struct profile *p;
	uint32_t *order, *rank; /* function by place, place by function */
	size_t root;		/* as origin__root says */
	int failed;		/* why some of it could not be written: an errno */
};

/* Takes v. */
static void put_json(struct page *page, json_t *v, FILE *out)
{
	if ((!v || json_dump_callback(v, put_safe, out,
				      JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY)) &&
	    !page->failed)
		page->failed = EILSEQ;
	json_decref(v);
}

static FILE *begin_column(struct page *page, const char *name)
{
	FILE *packed;

	if (!page->table) {
		fprintf(page->out, ",\n\"%s\":", name);
		return page->out;
	}
	fprintf(page->out, "<script type=\"text/plain\" data-part=\"%s.%s\">", page->table, name);
	packed = packed__open(page->out);
	if (!packed)
		page->failed = ENOMEM;
	return packed ? packed : page->out;
}

static void end_column(struct page *page, FILE *column)
{
	if (column != page->out && fclose(column) && !ferror(page->out))
		page->failed = ENOMEM;
	if (page->table)
		fputs("</script>\n", page->out);
}

static void put_column(struct page *page, const struct rows *r, const struct html_column *c)
{
	FILE *out = begin_column(page, c->name);

	for (size_t i = 0; i < r->n; i++)
		fprintf(out, "%c%" PRId64, i ? ',' : '[', figure(r, i, c));
	fputs(r->n ? "]" : "[]", out);
	end_column(page, out);
}

static void put_columns(struct page *page, const struct rows *r, bool of_paths)
{
	for (const struct html_column *c = html_columns; c->name; c++) {
		if ((c->of_paths || !of_paths) && !is_empty(r, c))
			put_column(page, r, c);
	}
}

static void put_names(struct page *page, size_t n)
{
	FILE *out = begin_column(page, "id");

	fputs("[", out);
	for (size_t i = 0; i < n && !page->failed; i++) {
		const struct prof_func *f = &page->p->funcs[page->order[i]];
		const char *brief = origin__short(f->file, page->root);

		fputs(i ? ",\n" : "\n", out);
		put_json(page,
			 json_pack("[s, I, s, s?, s, s*]", f->file, (json_int_t)f->line, f->name,
				   f->qualname, prof_kinds[f->kind],
				   strcmp(brief, f->file) ? brief : NULL),
			 out);
	}
	fputs("]", out);
	end_column(page, out);
}

static void put_errors(struct page *page, const struct rows *r)
{
	struct prof_bias *of = profile__biases(page->p);
	FILE *out = begin_column(page, "error");

	for (size_t i = 0; i < r->n; i++) {
		uint32_t f = r->order[i];

		fprintf(out, "%c%.0f", i ? ',' : '[',
			prof_bias__error(&of[f], &page->p->funcs[f].stat));
	}
	fputs(r->n ? "]" : "[]", out);
	end_column(page, out);
	free(of);
}

static int estimate_of(const struct prof_stat *st)
{
	return prof_stat__is_estimate(st) + prof_stat__is_estimate_by(st, prof_clocks);
}

/* For those whose own times are estimates 1, or 2 where waiting does not make up for what was taken
 * off either; no column where none is. */
static void put_estimates(struct page *page, const struct rows *r)
{
	FILE *out;
	size_t n = 0;

	while (n < r->n && !prof_stat__is_estimate(&page->p->funcs[r->order[n]].stat))
		n++;
	if (n == r->n)
		return;
	out = begin_column(page, "estimate");
	for (size_t i = 0; i < r->n; i++)
		fprintf(out, "%c%d", i ? ',' : '[', estimate_of(&page->p->funcs[r->order[i]].stat));
	fputs("]", out);
	end_column(page, out);
}

/* The first n functions. */
static void put_functions(struct page *page, size_t n)
{
	struct rows r = {ROWS_OF(page->p, funcs, PROF_FUNCS), n, page->order};

	put_names(page, n);
	put_errors(page, &r);
	put_estimates(page, &r);
	put_columns(page, &r, false);
}

/* A column of numbers below 2^31, which stand at that offset; -1 is none. They are functions where
 * rank gives their places. */
static void put_numbers(struct page *page, const struct rows *r, const char *name, size_t at,
			const uint32_t *rank)
{
	FILE *out = begin_column(page, name);
	int32_t v;

	for (size_t i = 0; i < r->n; i++) {
		memcpy(&v, row_at(r, i) + at, sizeof(v));
		fprintf(out, "%c%" PRId32, i ? ',' : '[', rank ? (int32_t)rank[v] : v);
	}
	fputs(r->n ? "]" : "[]", out);
	end_column(page, out);
}

static void put_all_functions(struct page *page)
{
	put_functions(page, page->p->nfuncs);
}

static void put_edges(struct page *page)
{
	struct rows r = {ROWS_OF(page->p, edges, PROF_EDGES), page->p->nedges, NULL};

	put_numbers(page, &r, "caller", offsetof(struct prof_edge, caller), page->rank);
	put_numbers(page, &r, "callee", offsetof(struct prof_edge, callee), page->rank);
	put_columns(page, &r, false);
}

static void put_paths(struct page *page)
{
	struct rows r = {ROWS_OF(page->p, paths, PROF_PATHS), page->p->npaths, NULL};

	if (!r.n)
		return;
	put_numbers(page, &r, "parent", offsetof(struct prof_path, parent), NULL);
	put_numbers(page, &r, "function", offsetof(struct prof_path, func), page->rank);
	put_columns(page, &r, true);
}

static int compare(int64_t x, int64_t y)
{
	return x < y ? 1 : x > y ? -1 : 0;
}

static int by_own(const void *a, const void *b, void *funcs)
{
	const struct prof_func *of = funcs;

	return compare(of[*(const uint32_t *)a].stat.tottime_ns,
		       of[*(const uint32_t *)b].stat.tottime_ns);
}

static int by_total(const void *a, const void *b, void *funcs)
{
	const struct prof_func *of = funcs;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return compare(of[x].stat.cumtime_ns, of[y].stat.cumtime_ns) ?: x < y ? -1 : 1;
}

/* The functions that take most stand first; to be freed. */
static uint32_t *order_of(const struct profile *p, int (*order)(const void *, const void *, void *))
{
	uint32_t *all = xcalloc(p->nfuncs + 1, sizeof(*all));

	for (size_t i = 0; i < p->nfuncs; i++)
		all[i] = i;
	qsort_r(all, p->nfuncs, sizeof(*all), order, p->funcs);
	return all;
}

static void put_sources(struct page *page, const struct report_opts *opts)
{
	const struct profile *p = page->p;
	uint32_t *order = order_of(p, by_own);
	FILE *out = begin_column(page, "sources");
	size_t bytes = 0;

	fputs("[[-1,\"\"]", out);
	for (size_t i = 0; opts->source && i < p->nfuncs && bytes < SOURCES_BYTES; i++) {
		char *text = opts->source(opts->sources, &p->funcs[order[i]]);

		if (!text)
			continue;
		bytes += strlen(text);
		fputs(",\n", out);
		put_json(page, json_pack("[I, s]", (json_int_t)page->rank[order[i]], text), out);
		free(text);
	}
	fputs("]", out);
	end_column(page, out);
	free(order);
}

static struct page page_of(const struct profile *p, FILE *out)
{
	struct page page = {
		.out = out, .p = p, .order = order_of(p, by_total), .root = origin__root(p)};

	page.rank = xcalloc(p->nfuncs + 1, sizeof(*page.rank));
	for (size_t i = 0; i < p->nfuncs; i++)
		page.rank[page.order[i]] = i;
	return page;
}

/* What is there at once. */
static void put_first(struct page *page, const struct report_opts *opts)
{
	const struct profile *p = page->p;

	fputs("{\"clocks\":", page->out);
	put_json(page, html_kinds__clocks(p), page->out);
	fputs(",\n\"io\":", page->out);
	put_json(page, html_kinds__io(p), page->out);
	fprintf(page->out, ",\n\"paths\":%zu,\n\"head\":", p->npaths);
	put_json(page, json__head(p), page->out);
	fputs(",\n\"remarks\":", page->out);
	put_json(page, html_kinds__remarks(p), page->out);
	if (opts->baseline) {
		fprintf(page->out,
			",\n\"baseline_scale\":%.17g,\n\"baseline_head\":", opts->baseline_scale);
		put_json(page, json__head(opts->baseline), page->out);
	}
	fprintf(page->out, ",\n\"first\":{\"of\":%zu", p->nfuncs);
	put_functions(page, p->nfuncs < FIRST ? p->nfuncs : FIRST);
	fputs("}}", page->out);
}

static const struct table {
	const char *of_profile, *of_baseline;
	void (*put)(struct page *page);
} tables[] = {
	{"profile.functions", "baseline.functions", put_all_functions},
	{"profile.edges", "baseline.edges", put_edges},
	{"profile.paths", "baseline.paths", put_paths},
};

/* What is read after. */
static void put_rest(struct page *page, bool is_baseline)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		page->table = is_baseline ? tables[i].of_baseline : tables[i].of_profile;
		tables[i].put(page);
	}
}

static void free_page(struct page *page)
{
	free(page->order);
	free(page->rank);
}

/* As page.failed says it. */
static int put_baseline(const struct profile *p, FILE *out)
{
	struct page page = page_of(p, out);

	put_rest(&page, true);
	free_page(&page);
	return page.failed;
}

int report_html(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	struct page page = page_of(p, out);

	fwrite(html_before, 1, html_before_end - html_before, out);
	put_first(&page, opts);
	fwrite(html_between, 1, html_between_end - html_between, out);
	put_rest(&page, false);
	page.table = "profile";
	put_sources(&page, opts);
	if (opts->baseline && !page.failed)
		page.failed = put_baseline(opts->baseline, out);
	fwrite(html_after, 1, html_after_end - html_after, out);
	free_page(&page);
	if (page.failed)
		errno = page.failed;
	return page.failed || ferror(out) ? -1 : 0;
}
