/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whose tasks coroutines awaited. */
#include "model/profile.h"

#include "base/mem.h"
#include "model/buckets.h"

const char *const prof_awaits[] = {"task", "gather", NULL};

static uint64_t await_hash(const void *row)
{
	const struct prof_await *a = row;

	return hash__mix(hash__mix(hash__mix(hash__mix(4, a->path), a->func), a->task), a->in);
}

struct prof_await *profile__find_await(const struct profile *p, const struct prof_await *like)
{
	const struct buckets *s = p->awaits.index;

	for (size_t i = await_hash(like) & (s->n - 1); s->v[i]; i = (i + 1) & (s->n - 1)) {
		struct prof_await *a = &p->awaits.v[s->v[i] - 1];

		if (a->path == like->path && a->func == like->func && a->task == like->task &&
		    a->in == like->in)
			return a;
	}
	return NULL;
}

struct prof_await *profile__await(struct profile *p, const struct prof_await *like)
{
	struct prof_await *a = profile__find_await(p, like);
	struct buckets *s = p->awaits.index;

	if (a)
		return a;
	buckets__grow(s, p->awaits.v, p->awaits.n, sizeof(*p->awaits.v), await_hash);
	buckets__put(s, await_hash(like), p->awaits.n);
	a = ARR_PUSH(p->awaits.v, p->awaits.n);
	*a = *like;
	a->tasks = 0;
	a->ns = 0;
	return a;
}

void profile__add_await(struct profile *p, const struct prof_await *from)
{
	struct prof_await *a = profile__await(p, from);

	a->tasks = prof_count(a->tasks + prof_count(from->tasks));
	a->ns = prof_ns(a->ns + prof_ns(from->ns));
}

bool prof_await__mapped(struct prof_await *a, const uint32_t *funcs, const uint32_t *paths)
{
	a->func = funcs[a->func];
	a->task = funcs[a->task];
	a->path = paths && a->path != PROF_NONE ? paths[a->path] : PROF_NONE;
	return a->func != PROF_NONE && a->task != PROF_NONE;
}

void profile__copy_awaits(struct profile *to, const struct profile *from)
{
	to->awaits.v = arr_copy(from->awaits.v, from->awaits.n, sizeof(*from->awaits.v));
	to->awaits.n = from->awaits.n;
	buckets__copy(to->awaits.index, from->awaits.index);
}

void profile__forget_awaits(struct profile *p)
{
	p->awaits.v = NULL;
	p->awaits.n = 0;
	buckets__forget(p->awaits.index);
}

void profile__add_awaits(struct profile *p, const struct profile *from, const uint32_t *funcs,
			 const uint32_t *paths, const bool *hidden)
{
	for (size_t i = 0; i < from->awaits.n; i++) {
		struct prof_await a = from->awaits.v[i];

		if (hidden && (hidden[a.func] || hidden[a.task]))
			continue;
		if (prof_await__mapped(&a, funcs, paths))
			profile__add_await(p, &a);
	}
}
