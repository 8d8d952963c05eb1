/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "probe/ahead.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/thread.h"
#include "probe/inside.h"

/* What fails here is said where it is tried again. */
static void *open_one(void *of)
{
	struct opened *o = of;
	char *why = NULL;

	log__hold(&why);
	o->s = session__open(&o->setup);
	free(why);
	return NULL;
}

/* Who waits for them needs no processor meanwhile. */
static uint32_t most(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n < AHEAD_MAX ? (uint32_t)n : AHEAD_MAX;
}

void ahead__begin(struct ahead *a, const struct session_setup *setup)
{
	if (!a->wanted)
		a->wanted = 1;
	for (uint32_t i = 0; i < a->wanted; i++) {
		struct opened *o = &a->v[i];

		if (o->thread)
			continue;
		*o = (struct opened){.setup = *setup};
		if (thread__start(&o->thread, open_one, o))
			o->thread = 0;
	}
}

static struct session *finish(struct opened *o)
{
	pthread_join(o->thread, NULL);
	o->thread = 0;
	return o->s;
}

/* Whether it is open by now. */
static bool is_ready(struct opened *o)
{
	return !pthread_tryjoin_np(o->thread, NULL);
}

struct session *ahead__take(struct ahead *a, const struct session_setup *setup)
{
	struct opened *under_way = NULL;

	for (uint32_t i = 0; i < AHEAD_MAX; i++) {
		struct opened *o = &a->v[i];

		if (!o->thread || !session__is_for(&o->setup, setup))
			continue;
		if (is_ready(o)) {
			o->thread = 0;
			return o->s;
		}
		under_way = under_way ? under_way : o;
	}
	if (!under_way)
		return NULL;
	if (a->wanted < most())
		a->wanted++;
	return finish(under_way);
}

bool ahead__any(const struct ahead *a)
{
	bool any = false;

	for (uint32_t i = 0; i < AHEAD_MAX; i++)
		any |= a->v[i].thread != 0;
	return any;
}

void ahead__close(struct ahead *a)
{
	for (uint32_t i = 0; i < AHEAD_MAX; i++) {
		if (a->v[i].thread)
			session__close(finish(&a->v[i]));
	}
}
