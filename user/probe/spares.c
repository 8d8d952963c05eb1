/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A session is for any process that has the same setup. */
#include "probe/spares.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "probe/inside.h"

#define SPARES_MAX 16

bool session__is_for(const struct session_setup *has, const struct session_setup *wanted)
{
	const struct table_sizes sizes[] = {maps__sizes_of(&has->limits, has->inlined),
					    maps__sizes_of(&wanted->limits, wanted->inlined)};

	return has->programs == wanted->programs && has->inlined == wanted->inlined &&
	       has->markers == wanted->markers && has->many_sites == wanted->many_sites &&
	       has->limits.paths == wanted->limits.paths && has->patterns == wanted->patterns &&
	       !memcmp(&sizes[0], &sizes[1], sizeof(*sizes)) &&
	       !memcmp(&has->layout, &wanted->layout, sizeof(has->layout)) &&
	       !memcmp(&has->yields, &wanted->yields, sizeof(has->yields)) &&
	       !memcmp(&has->stands, &wanted->stands, sizeof(has->stands)) &&
	       !memcmp(has->entry_sites, wanted->entry_sites, sizeof(has->entry_sites)) &&
	       !memcmp(has->return_sites, wanted->return_sites, sizeof(has->return_sites));
}

/* One that fits and whose probes are gone, or else the oldest, which is waited for. SIZE_MAX: none
 * fits. */
static size_t best_of(const struct spares *spares, const struct session_setup *setup)
{
	size_t best = SIZE_MAX;

	for (size_t i = spares->n; i-- > 0;) {
		if (!session__is_for(&spares->v[i]->setup, setup))
			continue;
		if (session__is_unprobed(spares->v[i]))
			return i;
		best = i;
	}
	return best;
}

static struct session *take_kept(struct spares *spares, size_t i)
{
	struct session *s = spares->v[i];

	spares->n--;
	memmove(&spares->v[i], &spares->v[i + 1], (spares->n - i) * sizeof(struct session *));
	session__renew(s);
	return s;
}

static struct session *take(struct spares *spares, const struct session_setup *setup)
{
	const size_t i = best_of(spares, setup);
	struct session *s;

	if (i != SIZE_MAX)
		return take_kept(spares, i);
	s = ahead__take(&spares->ahead, setup);
	if (!s)
		return session__open(setup);
	detail("its BPF programs were loaded ahead");
	return s;
}

/* The first has its own tracepoints, which are the cheaper where there is but one. */
struct session *spares__take(struct spares *spares, const struct session_setup *setup)
{
	struct session *s = take(spares, setup);

	if (spares->given++ == 1)
		spares->relay = relay__open(setup->limits.io);
	if (s)
		session__share(s, spares->relay);
	spares->out += s != NULL;
	return s;
}

/* Who has one child at a time needs one session, which is kept from one to the next. */
void spares__hurry(struct spares *spares, const struct session *like)
{
	if (spares->out > 2 && !spares->n)
		ahead__begin(&spares->ahead, &like->setup);
}

bool spares__any(const struct spares *spares)
{
	return spares->n || ahead__any(&spares->ahead);
}

void spares__keep(struct spares *spares, struct session *s)
{
	spares->out -= s != NULL;
	if (!s || !spares->keeps || spares->n == SPARES_MAX) {
		session__close(s);
		return;
	}
	session__retire(s);
	*ARR_PUSH(spares->v, spares->n) = s;
}

void spares__close(struct spares *spares)
{
	while (spares->n)
		session__close(spares->v[--spares->n]);
	free(spares->v);
	ahead__close(&spares->ahead);
	relay__close(spares->relay);
	*spares = (struct spares){0};
}
