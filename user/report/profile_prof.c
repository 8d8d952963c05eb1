/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The loader of .prof files: CPython's marshal format, but of one shape only, that of
 * {(file, line, name): (primitive calls, calls, own s, cumulative s, callers)} with the callers
 * {(file, line, name): (calls, primitive calls, own s, cumulative s)}. What is of another shape is
 * refused, so nothing nests and nothing recurses.
 */
#include "report/profile_prof.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "report/unmarshal.h"

#define NAMES_MOST (1ul << 30) /* bytes of all names: a reference takes five, a name any number */

struct key {
	const char *file, *name;
	uint32_t line;
};

/* A caller's figures; which function it is is known when all rows have been read. */
struct call {
	size_t caller; /* of keys */
	uint32_t callee;
	struct prof_stat stat;
};

struct reading {
	struct unmarshal from;
	struct profile *p;
	struct key *keys;
	size_t nkeys;
	struct call *calls;
	size_t ncalls;
	size_t names_bytes;
};

static bool read_tuple(struct reading *r, uint64_t want, size_t *mark)
{
	uint64_t n;
	char type;

	if (!unmarshal__type(&r->from, &type, mark))
		return false;
	if (type == 'i')
		return unmarshal__fail(
			&r->from,
			"its callers have no times, as Python's module profile writes it");
	if ((type != '(' && type != ')') || !unmarshal__take(&r->from, type == ')' ? 1 : 4, &n) ||
	    n != want)
		return unmarshal__fail(&r->from, "it holds something else than cProfile's figures");
	return true;
}

/* A function: its key is a tuple, or a reference to one. */
static bool read_key(struct reading *r, size_t *key)
{
	struct value file, line, name, v;
	size_t mark;

	if (r->from.at < r->from.end && *r->from.at == 'r') {
		if (!unmarshal__value(&r->from, KEY, &v))
			return false;
		*key = v.key;
		return true;
	}
	if (!read_tuple(r, 3, &mark) || !unmarshal__value(&r->from, TEXT, &file) ||
	    !unmarshal__value(&r->from, NUMBER, &line) || !unmarshal__value(&r->from, TEXT, &name))
		return false;
	if (line.number < 0 || line.number > UINT32_MAX)
		return unmarshal__fail(&r->from, "a number in it is out of range");
	v = (struct value){KEY, .key = r->nkeys};
	unmarshal__finish(&r->from, mark, &v);
	*key = r->nkeys;
	*ARR_PUSH(r->keys, r->nkeys) =
		(struct key){.file = file.text, .name = name.text, .line = line.number};
	return true;
}

static bool read_count(struct reading *r, uint64_t *n)
{
	struct value v;

	if (!unmarshal__value(&r->from, NUMBER, &v))
		return false;
	*n = v.number;
	return v.number >= 0 && *n <= PROF_COUNT_MAX
		       ? true
		       : unmarshal__fail(&r->from, "a number in it is out of range");
}

static bool read_seconds(struct reading *r, int64_t *ns)
{
	struct value v;

	if (!unmarshal__value(&r->from, REAL, &v))
		return false;
	if (!(fabs(v.real * 1e9) <= (double)PROF_NS_MAX))
		return unmarshal__fail(&r->from, "a number in it is out of range");
	*ns = llround(v.real * 1e9);
	return true;
}

/* The two counts in the order of the file, and the times. */
static bool read_figures(struct reading *r, uint64_t *first, uint64_t *second, struct prof_stat *st)
{
	if (!read_count(r, first) || !read_count(r, second) || !read_seconds(r, &st->tottime_ns) ||
	    !read_seconds(r, &st->cumtime_ns))
		return false;
	return st->primitive_calls <= st->ncalls
		       ? true
		       : unmarshal__fail(&r->from, "its counts contradict each other");
}

static bool at_end(struct reading *r)
{
	if (r->from.at == r->from.end || *r->from.at != '0')
		return false;
	r->from.at++;
	return true;
}

static bool read_callers(struct reading *r, uint32_t callee)
{
	size_t mark;
	char type;

	if (!unmarshal__type(&r->from, &type, &mark))
		return false;
	if (type != '{')
		return unmarshal__fail(&r->from, "it holds something else than cProfile's figures");
	while (!at_end(r)) {
		struct call c = {.callee = callee};

		if (!read_key(r, &c.caller) || !read_tuple(r, 4, &mark) ||
		    !read_figures(r, &c.stat.ncalls, &c.stat.primitive_calls, &c.stat))
			return false;
		*ARR_PUSH(r->calls, r->ncalls) = c;
	}
	return true;
}

static bool add_func(struct reading *r, size_t key, uint32_t *func)
{
	const struct key *k = &r->keys[key];

	r->names_bytes += strlen(k->file) + strlen(k->name);
	if (r->names_bytes > NAMES_MOST)
		return unmarshal__fail(&r->from, "the names in it come to more than 1 GiB");
	*func = profile__func(r->p, k->file, k->line, k->name, NULL);
	return true;
}

static bool read_row(struct reading *r)
{
	size_t before = r->p->nfuncs, key, mark;
	struct prof_stat st = {0};
	uint32_t func;

	if (!read_key(r, &key) || !read_tuple(r, 5, &mark) ||
	    !read_figures(r, &st.primitive_calls, &st.ncalls, &st) || !add_func(r, key, &func))
		return false;
	if (r->p->nfuncs == before)
		return unmarshal__fail(&r->from, "it has a function twice");
	r->p->funcs[func].stat = st;
	return read_callers(r, func);
}

static bool add_calls(struct reading *r)
{
	for (size_t i = 0; i < r->ncalls; i++) {
		const struct call *c = &r->calls[i];
		size_t before = r->p->nedges;
		struct prof_edge *e;
		uint32_t caller;

		if (!add_func(r, c->caller, &caller))
			return false;
		e = profile__edge(r->p, caller, c->callee);
		if (r->p->nedges == before)
			return unmarshal__fail(&r->from, "it has a caller twice");
		e->stat = c->stat;
	}
	return true;
}

static bool read_profile(struct reading *r)
{
	size_t mark;
	char type;

	if (!unmarshal__type(&r->from, &type, &mark))
		return false;
	while (!at_end(r)) {
		if (!read_row(r))
			return false;
	}
	return r->from.at == r->from.end ? add_calls(r)
					 : unmarshal__fail(&r->from, "something follows its end");
}

bool profile_prof__knows(const char *bytes, size_t size)
{
	unsigned char dict = size >= 2 ? bytes[0] & ~UNMARSHAL_MARK : 0,
		      next = size >= 2 ? bytes[1] : 0;

	return dict == '{' &&
	       (next == '0' || (next & ~UNMARSHAL_MARK) == '(' || (next & ~UNMARSHAL_MARK) == ')');
}

struct profile *profile_prof__parse(const char *name, const char *bytes, size_t size)
{
	const unsigned char *start = (const unsigned char *)bytes;
	struct reading r = {.from = {.at = start, .end = start + size}, .p = profile__new()};
	bool good = read_profile(&r);

	r.p->target.only_wall = true;
	free(r.keys);
	free(r.calls);
	if (!good) {
		err("cannot read %s: %s; have cProfile write it anew", name, r.from.why);
		profile__free(r.p);
		r.p = NULL;
	}
	unmarshal__free(&r.from);
	return r.p;
}
