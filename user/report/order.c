/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sorting and restricting rows as pstats does. Pure. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "report/order.h"

#include <ctype.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/labels.h"

struct row {
	uint32_t func;
	const struct prof_func *f;
	const char *label;
	int64_t bytes;
};

typedef int (*compare_fn)(const struct row *a, const struct row *b);

#define ORDER(x, y) (((x) > (y)) - ((x) < (y)))

static int by_calls(const struct row *a, const struct row *b)
{
	return ORDER(b->f->stat.ncalls, a->f->stat.ncalls);
}

static int by_cumulative(const struct row *a, const struct row *b)
{
	return ORDER(b->f->stat.cumtime_ns, a->f->stat.cumtime_ns);
}

static int by_time(const struct row *a, const struct row *b)
{
	return ORDER(b->f->stat.tottime_ns, a->f->stat.tottime_ns);
}

static int by_pcalls(const struct row *a, const struct row *b)
{
	return ORDER(b->f->stat.primitive_calls, a->f->stat.primitive_calls);
}

/* UTF-8 compares as its code points do, which is Python's order of strings. */
static int by_filename(const struct row *a, const struct row *b)
{
	return strcmp(a->f->file, b->f->file);
}

static int by_line(const struct row *a, const struct row *b)
{
	return ORDER(a->f->line, b->f->line);
}

static int by_name(const struct row *a, const struct row *b)
{
	return strcmp(a->f->name, b->f->name);
}

static int by_nfl(const struct row *a, const struct row *b)
{
	int c = by_name(a, b);

	c = c ? c : by_filename(a, b);
	return c ? c : by_line(a, b);
}

static int by_stdname(const struct row *a, const struct row *b)
{
	return strcmp(a->label, b->label);
}

static int by_bytes(const struct row *a, const struct row *b)
{
	return ORDER(b->bytes, a->bytes);
}

static const struct sort_key {
	const char *word;
	const char *key; /* canonical */
	const char *title;
	const char *number; /* pstats' old numeric name */
	compare_fn compare;
} keys[] = {
	{"calls", "calls", "call count", "0", by_calls},
	{"ncalls", "calls", "call count", NULL, by_calls},
	{"cumtime", "cumulative", "cumulative time", NULL, by_cumulative},
	{"cumulative", "cumulative", "cumulative time", "2", by_cumulative},
	{"filename", "filename", "file name", NULL, by_filename},
	{"line", "line", "line number", NULL, by_line},
	{"module", "filename", "file name", NULL, by_filename},
	{"name", "name", "function name", NULL, by_name},
	{"nfl", "nfl", "name/file/line", NULL, by_nfl},
	{"pcalls", "pcalls", "primitive call count", NULL, by_pcalls},
	{"stdname", "stdname", "standard name", "-1", by_stdname},
	{"time", "time", "internal time", "1", by_time},
	{"tottime", "time", "internal time", NULL, by_time},
	{"bytes", "bytes", "bytes read and written", NULL, by_bytes}, /* no key of pstats */
};
#define NKEYS (sizeof(keys) / sizeof(*keys))

static size_t common_prefix(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] && a[n] == b[n])
		n++;
	return n;
}

/* pstats enters each word's prefixes, longest first, until one is there already: that one, and
 * only that one, it then calls ambiguous. So "cum" is refused and "cu" is not. */
static bool ambiguous(const char *fragment, size_t len)
{
	for (size_t j = 1; j < NKEYS; j++) {
		size_t longest = 0;

		for (size_t i = 0; i < j; i++) {
			size_t n = common_prefix(keys[i].word, keys[j].word);

			longest = n > longest ? n : longest;
		}
		if (longest == len && !strncmp(keys[j].word, fragment, len))
			return true;
	}
	return false;
}

static const struct sort_key *find_key(const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i < NKEYS; i++) {
		if (keys[i].number && !strcmp(keys[i].number, word))
			return &keys[i];
	}
	if (!len || ambiguous(word, len))
		return NULL;
	for (size_t i = 0; i < NKEYS; i++) {
		if (!strncmp(keys[i].word, word, len))
			return &keys[i];
	}
	return NULL;
}

const char *sort_key__resolve(const char *word)
{
	const struct sort_key *k = find_key(word);

	return k ? k->key : NULL;
}

const char *sort_key__list(void)
{
	return "calls, cumulative, filename, line, module, name, ncalls, nfl, pcalls, stdname, "
	       "time, tottime, cumtime, bytes";
}

/* A number is a count or a fraction, or nothing. */
static bool parse_number(struct restriction *r, const char *text)
{
	char *end;

	r->count = strtoull(text, &end, 10);
	if (!*end && isdigit(*text)) {
		r->kind = RESTRICT_COUNT;
		return r->count;
	}
	r->fraction = strtod(text, &end);
	r->kind = RESTRICT_FRACTION;
	return r->fraction > 0 && r->fraction < 1;
}

static bool is_number(const char *text)
{
	char *end;

	strtod(text, &end);
	return end != text && !*end && strchr("+-.0123456789", *text);
}

bool restriction__regex(struct restriction *r, const char *text, char why[128])
{
	int error;
	PCRE2_SIZE at;

	*r = (struct restriction){.regex = text, .kind = RESTRICT_REGEX};
	r->compiled = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, PCRE2_UTF, &error, &at,
				    NULL);
	if (!r->compiled)
		pcre2_get_error_message(error, (PCRE2_UCHAR *)why, 128);
	return r->compiled;
}

bool restriction__parse(struct restriction *r, const char *text, char why[128])
{
	if (!is_number(text))
		return restriction__regex(r, text, why);
	*r = (struct restriction){.regex = text};
	snprintf(why, 128, "a count is 1 or more, a fraction is between 0 and 1");
	return parse_number(r, text);
}

void restriction__free(struct restriction *r)
{
	pcre2_code_free(r->compiled);
}

int text_width(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

struct sorting {
	compare_fn compare[NKEYS];
	size_t n;
};

static int compare_rows(const void *x, const void *y, void *arg)
{
	const struct sorting *by = arg;
	const struct row *a = x, *b = y;
	int c = 0;

	for (size_t i = 0; i < by->n && !c; i++)
		c = by->compare[i](a, b);
	return c ? c : ORDER(a->func, b->func); /* ties keep the order of the profile */
}

/* Sorts and returns what it was sorted by. */
static char *sort_rows(struct row *rows, size_t n, const struct report_opts *opts,
		       const char *default_key)
{
	struct sorting by = {.n = 0};
	char *title = xstrdup("");
	size_t nkeys = opts->nsort ? opts->nsort : 1;

	for (size_t i = 0; i < nkeys && by.n < NKEYS; i++) {
		const struct sort_key *k = find_key(opts->nsort ? opts->sort[i] : default_key);

		by.compare[by.n++] = k->compare;
		title = xappend(title, xasprintf("%s%s", i ? ", " : "", k->title));
	}
	qsort_r(rows, n, sizeof(*rows), compare_rows, &by);
	for (size_t i = 0; opts->reverse && i < n / 2; i++) {
		struct row swap = rows[i];

		rows[i] = rows[n - 1 - i];
		rows[n - 1 - i] = swap;
	}
	return title;
}

bool restriction__finds(const struct restriction *r, const char *text)
{
	pcre2_match_data *md = pcre2_match_data_create_from_pattern(r->compiled, NULL);
	bool found = md && pcre2_match(r->compiled, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, 0,
				       md, NULL) >= 0;

	pcre2_match_data_free(md);
	return found;
}

/* Keeps the rows whose label the expression finds. */
static void keep_matching(struct row *rows, size_t *n, const struct restriction *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++) {
		if (restriction__finds(r, rows[i].label))
			rows[kept++] = rows[i];
	}
	*n = kept;
}

/* The restriction as Python's repr has it: a fraction with the fewest digits that tell it apart. */
static char *restriction_text(const struct restriction *r)
{
	char text[32];

	if (r->kind == RESTRICT_COUNT)
		return xasprintf("%zu", r->count);
	if (r->kind == RESTRICT_REGEX)
		return xasprintf("'%s'", r->regex);
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, r->fraction);
		if (strtod(text, NULL) == r->fraction)
			break;
	}
	return xasprintf("%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

/* Applies one restriction; returns the lines it adds to the heading. */
static char *restrict_rows(struct row *rows, size_t *n, const struct restriction *r, size_t *cut)
{
	size_t before = *n, count = before;
	char *text, *line;

	if (r->kind == RESTRICT_REGEX)
		keep_matching(rows, &count, r);
	if (r->kind == RESTRICT_FRACTION)
		count = before * r->fraction + .5;
	if (r->kind == RESTRICT_COUNT && r->count < before)
		count = r->count;
	if (count == before)
		return xstrdup("");
	*n = count;
	*cut += r->kind == RESTRICT_REGEX ? 0 : before - count;
	text = restriction_text(r);
	line = xasprintf("   List reduced from %zu to %zu due to restriction <%s>\n", before, count,
			 text);
	free(text);
	return line;
}

/* Of the rows in order, how many fit on what the terminal leaves; at least one. */
static size_t fitting(const struct row *rows, size_t n, const struct report_opts *opts,
		      const struct row_lines *lines)
{
	size_t used = lines->around, fit = 0;

	while (fit < n) {
		int width = lines->before + text_width(rows[fit].label);

		used += lines->of ? lines->of[rows[fit].func] : 1;
		used += opts->screen.columns ? (size_t)(width - 1) / opts->screen.columns : 0;
		if (used > opts->screen.lines && fit)
			break;
		fit++;
	}
	return fit;
}

/* Applies the restrictions, each after the other; returns the lines they add to the heading. */
static char *reduce(struct row *rows, size_t *n, const struct report_opts *opts,
		    const struct row_lines *lines, size_t *cut)
{
	char *reduced = xstrdup("");

	for (size_t i = 0; i < opts->nrestrictions; i++)
		reduced = xappend(reduced, restrict_rows(rows, n, &opts->restrictions[i], cut));
	if (!opts->nrestrictions && opts->screen.lines) {
		const struct restriction fit = {.kind = RESTRICT_COUNT,
						.count = fitting(rows, *n, opts, lines)};

		reduced = xappend(reduced, restrict_rows(rows, n, &fit, cut));
	}
	return reduced;
}

struct selection selection__make(const struct profile *p, const struct report_opts *opts,
				 const char *default_key, const struct row_lines *lines)
{
	struct row *rows = xcalloc(p->nfuncs, sizeof(*rows));
	struct selection s = {.labels = labels__of(p), .p = p};

	for (size_t i = 0; i < p->nfuncs; i++) {
		rows[s.n] = (struct row){i, &p->funcs[i], s.labels[i],
					 prof_io__bytes(&profile__io(p, PROF_FUNCS, i)->cum)};
		s.n += !lines->of || lines->of[i];
	}
	s.ordered_by = sort_rows(rows, s.n, opts, default_key);
	s.reduced = reduce(rows, &s.n, opts, lines, &s.cut);
	s.rows = xcalloc(s.n, sizeof(*s.rows));
	for (size_t i = 0; i < s.n; i++)
		s.rows[i] = rows[i].func;
	free(rows);
	return s;
}

size_t selection__rows(const struct profile *p, const struct report_opts *opts)
{
	struct selection s = selection__make(p, opts, "cumulative", &(struct row_lines){0});

	selection__free(&s);
	return s.n;
}

void selection__free(struct selection *s)
{
	labels__free(s->labels, s->p);
	free(s->rows);
	free(s->ordered_by);
	free(s->reduced);
}
