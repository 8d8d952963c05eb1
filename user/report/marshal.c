/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The .prof file: CPython's marshal format (version 0 forms, which every version reads) of
 * {(file, line, name): (primitive calls, calls, own s, cumulative s, callers)}; and in callers,
 * as cProfile has it, the calls come before the primitive ones.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/edges.h"
#include "report/rows.h"

static void put_bytes(uint64_t v, int bytes, FILE *out)
{
	for (; bytes--; v >>= 8)
		putc(v & 255, out);
}

static void put_size(char type, uint64_t v, FILE *out)
{
	putc(type, out);
	put_bytes(v, 4, out);
}

/* 'i' up to 31 bits, else 'l': a count of 15-bit digits and the digits. */
static void put_int(uint64_t v, FILE *out)
{
	int digits = 0;

	if (v <= INT_MAX) {
		put_size('i', v, out);
		return;
	}
	for (uint64_t rest = v; rest; rest >>= 15)
		digits++;
	put_size('l', digits, out);
	for (; v; v >>= 15)
		put_bytes(v & 0x7fff, 2, out);
}

static void put_seconds(int64_t ns, FILE *out)
{
	double s = ns / 1e9;
	uint64_t bits;

	memcpy(&bits, &s, sizeof(bits));
	putc('g', out);
	put_bytes(bits, 8, out);
}

/* A profile writes a lone surrogate, which UTF-8 has no room for, as "\\udcff" (base/utf8.h).
 * Python's marshal does encode them, as three bytes. */
static bool is_surrogate(const char *s, unsigned int *c)
{
	return s[0] == '\\' && s[1] == 'u' && s[2] == 'd' &&
	       strspn(s + 3, "0123456789abcdef") >= 3 && sscanf(s + 2, "%4x", c) == 1 &&
	       *c >= 0xd800;
}

static size_t unescape(const char *s, char *to)
{
	char *const start = to;
	unsigned int c;

	while (*s) {
		if (!is_surrogate(s, &c)) {
			*to++ = *s++;
			continue;
		}
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 63));
		*to++ = (char)(0x80 | (c & 63));
		s += strlen("\\udcff");
	}
	return to - start;
}

static void put_str(const char *s, FILE *out)
{
	char *text = xcalloc(strlen(s) + 1, 1);
	size_t n = unescape(s, text);

	put_size('u', n, out);
	fwrite(text, 1, n, out);
	free(text);
}

static void put_key(const struct prof_func *f, FILE *out)
{
	put_size('(', 3, out);
	put_str(f->file, out);
	put_int(f->line, out);
	put_str(f->name, out);
}

static void put_edge(const struct profile *p, const struct prof_edge *e, FILE *out)
{
	put_key(&p->funcs[e->caller], out);
	put_size('(', 4, out);
	put_int(e->stat.ncalls, out);
	put_int(e->stat.primitive_calls, out);
	put_seconds(e->stat.tottime_ns, out);
	put_seconds(e->stat.cumtime_ns, out);
}

int report_prof(const struct profile *p, const struct report_opts *opts, FILE *out)
{
	const struct prof_edge **edges;
	size_t at = 0;

	(void)opts;
	edges = edges__by(p, edge__callee);
	putc('{', out);
	for (uint32_t i = 0; i < p->nfuncs; i++) {
		const struct prof_stat *st = &p->funcs[i].stat;

		put_key(&p->funcs[i], out);
		put_size('(', 5, out);
		put_int(st->primitive_calls, out);
		put_int(st->ncalls, out);
		put_seconds(st->tottime_ns, out);
		put_seconds(st->cumtime_ns, out);
		putc('{', out);
		for (; at < p->nedges && edges[at]->callee == i; at++)
			put_edge(p, edges[at], out);
		putc('0', out);
	}
	putc('0', out);
	free(edges);
	return ferror(out) ? -1 : 0;
}
