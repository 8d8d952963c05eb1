/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Blocks by track, in the layouts that the package bpfprof writes too (user/python): the table and
 * CSV. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"
#include "report/csvout.h"
#include "report/order.h"
#include "report/rows.h"
#include "report/tracks.h"

#define WIDTH 120

static int compare_tracks(const struct prof_track *a, const struct prof_track *b)
{
	int c = !!a->group - !!b->group;

	if (!c && a->group)
		c = strcmp(a->group, b->group);
	return c ? c : (a->idx > b->idx) - (a->idx < b->idx);
}

static int compare_blocks(const void *x, const void *y, void *arg)
{
	const struct prof_block *a = *(const struct prof_block *const *)x;
	const struct prof_block *b = *(const struct prof_block *const *)y;
	const struct profile *p = arg;
	int c = compare_tracks(&p->tracks[a->track], &p->tracks[b->track]);

	return c ? c : (a > b) - (a < b);
}

struct ordered tracks__order(const struct profile *p)
{
	struct ordered o = {p, xcalloc(p->nblocks, sizeof(*o.v)), p->nblocks};

	for (size_t i = 0; i < p->nblocks; i++)
		o.v[i] = &p->blocks[i];
	qsort_r(o.v, o.n, sizeof(*o.v), compare_blocks, (void *)p);
	return o;
}

const struct prof_track *tracks__at(const struct ordered *o, size_t i)
{
	return &o->p->tracks[o->v[i]->track];
}

/* The end of the blocks of one track, or of one group, that begin at i. */
size_t tracks__end(const struct ordered *o, size_t i)
{
	size_t end = i;

	while (end < o->n && o->v[end]->track == o->v[i]->track)
		end++;
	return end;
}

static bool same_group(const struct prof_track *a, const struct prof_track *b)
{
	return a->group && b->group ? !strcmp(a->group, b->group) : a->group == b->group;
}

size_t tracks__group_end(const struct ordered *o, size_t i)
{
	size_t end = i;

	while (end < o->n && same_group(tracks__at(o, end), tracks__at(o, i)))
		end++;
	return end;
}

struct prof_hits tracks__sum(const struct ordered *o, size_t from, size_t end)
{
	struct prof_hits sum = {0};

	for (; from < end; from++)
		prof_hits__add(&sum, &o->v[from]->hits);
	return sum;
}

/* What a profiler is called; blocks of none go by the program. */
const char *tracks__group(const struct profile *p, const struct prof_track *t)
{
	const char *slash = p->target.exe ? strrchr(p->target.exe, '/') : NULL;

	if (t && t->group)
		return t->group;
	if (!p->target.exe)
		return "Profiler";
	return slash ? slash + 1 : p->target.exe;
}

double hits__average(const struct prof_hits *h)
{
	return h->hit_count ? (double)h->total_ns / (double)h->hit_count : 0;
}

double hits__percent(int64_t part, int64_t whole)
{
	return whole ? (double)part / (double)whole * 100 : 0;
}

uint64_t hits__percentile(const struct prof_hits *h, unsigned int percent)
{
	double wanted = (double)h->hit_count * percent / 100;
	uint64_t so_far = 0, bound;

	for (int i = 0; i < PROF_BUCKETS; i++) {
		so_far += h->histogram[i];
		if (!h->histogram[i] || (double)so_far < wanted)
			continue;
		bound = (2ull << i) - 1;
		bound = bound < h->max_ns ? bound : h->max_ns;
		return bound > h->min_ns ? bound : h->min_ns;
	}
	return 0;
}

/* --- the table ---------------------------------------------------------------------------------
 */

static void rule(char c, FILE *out)
{
	for (int i = 0; i < WIDTH; i++)
		putc(c, out);
	putc('\n', out);
}

/* "1.23 ms"; what is below a microsecond without a fraction. */
static void format_time(double ns, char text[40])
{
	static const struct {
		double ns;
		const char *name;
	} units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "\u03bcs"}};

	for (size_t i = 0; i < 3; i++) {
		if (ns >= units[i].ns) {
			snprintf(text, 40, "%.2f %s", ns / units[i].ns, units[i].name);
			return;
		}
	}
	snprintf(text, 40, "%" PRId64 " ns", (int64_t)ns);
}

/* With commas between thousands. */
static void format_count(uint64_t n, char text[40])
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*text++ = ',';
		*text++ = digits[i];
	}
	*text = '\0';
}

static void print_time(double ns, FILE *out)
{
	char text[40];

	format_time(ns, text);
	fprintf(out, " %*s%s", 15 - text_width(text), "", text);
}

static void print_total(const char *title, const struct prof_hits *sum, FILE *out)
{
	char text[40];

	format_time((double)sum->total_ns, text);
	fprintf(out, "%sTotal Time: %s\n", title, text);
	fprintf(out, "%sTotal Hits: %" PRIu64 "\n", title, sum->hit_count);
}

/* The histogram from its first bucket in use to the last, each as high as its share of the highest,
 * between the times where it begins and ends. */
static void print_bars(const struct prof_hits *h, FILE *out)
{
	static const char *const bars[] = {" ",	     "\u2581", "\u2582", "\u2583", "\u2584",
					   "\u2585", "\u2586", "\u2587", "\u2588"};
	int first = 0, last = PROF_BUCKETS - 1;
	uint64_t most = 0;
	char text[40];

	while (last > 0 && !h->histogram[last])
		last--;
	while (first < last && !h->histogram[first])
		first++;
	for (int i = first; i <= last; i++)
		most = h->histogram[i] > most ? h->histogram[i] : most;
	format_time(first ? (double)(1ull << first) : 0, text);
	fprintf(out, "  %s ", text);
	for (int i = first; i <= last && most; i++) {
		double share = (double)h->histogram[i] / (double)most;

		fputs(bars[h->histogram[i] ? 1 + (int)(share * 7) : 0], out);
	}
	format_time((double)(2ull << last), text);
	fprintf(out, " %s", text);
}

static void print_block(const struct prof_block *b, const struct prof_hits *of_track, bool hist,
			FILE *out)
{
	char *name = escaped(b->name, ESCAPE_TERMINAL), count[40];
	int fill = 40 - text_width(name);

	format_count(b->hits.hit_count, count);
	fprintf(out, "%s%*s %10s", name, fill > 0 ? fill : 0, "", count);
	print_time((double)b->hits.total_ns, out);
	print_time(hits__average(&b->hits), out);
	print_time((double)b->hits.min_ns, out);
	print_time((double)b->hits.max_ns, out);
	fprintf(out, " %7.2f%%", hits__percent(b->hits.total_ns, of_track->total_ns));
	if (hist)
		print_bars(&b->hits, out);
	putc('\n', out);
	free(name);
}

static void print_track(const struct ordered *o, size_t from, size_t end, bool hist, FILE *out)
{
	const struct prof_track *t = tracks__at(o, from);
	struct prof_hits sum = tracks__sum(o, from, end);
	char *name = t->name ? escaped(t->name, ESCAPE_TERMINAL) : xasprintf("Track %u", t->idx);

	fprintf(out, "\n%s (Track %u)\n", name, t->idx);
	print_total("  ", &sum, out);
	rule('-', out);
	fprintf(out, "%-40s %10s %15s %15s %15s %15s %8s%s\n", "Block Name", "Hits", "Total", "Avg",
		"Min", "Max", "%Track", hist ? "  Histogram" : "");
	rule('-', out);
	for (size_t i = from; i < end; i++)
		print_block(o->v[i], &sum, hist, out);
	free(name);
}

static void print_group(const struct ordered *o, size_t from, size_t end, bool hist, FILE *out)
{
	struct prof_hits sum = tracks__sum(o, from, end);
	const struct prof_track *t = from < o->n ? tracks__at(o, from) : NULL;
	char *name = escaped(tracks__group(o->p, t), ESCAPE_TERMINAL);

	rule('=', out);
	fprintf(out, "Profiler: %s\n", name);
	print_total("", &sum, out);
	rule('=', out);
	for (size_t next; from < end; from = next) {
		next = tracks__end(o, from);
		print_track(o, from, next, hist, out);
	}
	if (t)
		rule('=', out);
	free(name);
}

int report_tracks(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	struct ordered o = tracks__order(p);

	if (!o.n)
		print_group(&o, 0, 0, opts->hist, out);
	for (size_t from = 0, next; from < o.n; from = next) {
		next = tracks__group_end(&o, from);
		print_group(&o, from, next, opts->hist, out);
	}
	if (opts->hist && o.n)
		fputs("Histogram: hits by their time, between the two times that stand beside it; "
		      "each bar's are\n"
		      "up to twice as long as those of the bar before.\n",
		      out);
	free(o.v);
	return ferror(out) ? -1 : 0;
}

/* --- CSV ---------------------------------------------------------------------------------------
 */

static void print_record(const struct ordered *o, size_t i, const struct prof_hits *of_track,
			 const struct prof_hits *all, FILE *out)
{
	const struct prof_block *b = o->v[i];

	fprintf(out, "%u,", tracks__at(o, i)->idx);
	csv__field(b->name, out);
	fprintf(out, ",%" PRIu64 ",%" PRId64 ",%.0f,%" PRIu64 ",%" PRIu64 ",%.2f,%.2f\r\n",
		b->hits.hit_count, b->hits.total_ns, hits__average(&b->hits), b->hits.min_ns,
		b->hits.max_ns, hits__percent(b->hits.total_ns, of_track->total_ns),
		hits__percent(b->hits.total_ns, all->total_ns));
}

int report_csv(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	struct ordered o = tracks__order(p);
	struct prof_hits all = tracks__sum(&o, 0, o.n), sum;
	size_t end = 0;

	(void)opts;
	if (!o.n) {
		free(o.v);
		errno = ENODATA;
		return -1;
	}
	fputs("Track,Block Name,Hit Count,Total Time (ns),Avg Time (ns),Min Time (ns),"
	      "Max Time (ns),% Track,% Total\r\n",
	      out);
	for (size_t i = 0; i < o.n; i++) {
		if (i == end) {
			end = tracks__end(&o, i);
			sum = tracks__sum(&o, i, end);
		}
		print_record(&o, i, &sum, &all, out);
	}
	free(o.v);
	return ferror(out) ? -1 : 0;
}
