/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A session is for any process that has the same setup. */
#include "probe/spares.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/inside.h"

#define SPARES_MAX 16

static bool fits(const struct session *s, const struct session_setup *wanted)
{
	const struct session_setup *has = &s->setup;
	const struct table_sizes size = maps__sizes_of(&wanted->limits, wanted->inlined);

	return has->programs == wanted->programs && has->inlined == wanted->inlined &&
	       has->markers == wanted->markers && has->many_sites == wanted->many_sites &&
	       has->limits.paths == wanted->limits.paths && has->patterns == wanted->patterns &&
	       !memcmp(&s->reader.live.size, &size, sizeof(size)) &&
	       !memcmp(&has->layout, &wanted->layout, sizeof(has->layout)) &&
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
		if (!fits(spares->v[i], setup))
			continue;
		if (session__is_unprobed(spares->v[i]))
			return i;
		best = i;
	}
	return best;
}

static struct session *take(struct spares *spares, const struct session_setup *setup)
{
	const size_t i = best_of(spares, setup);
	struct session *s;

	if (i == SIZE_MAX)
		return session__open(setup);
	s = spares->v[i];
	spares->n--;
	memmove(&spares->v[i], &spares->v[i + 1], (spares->n - i) * sizeof(struct session *));
	session__renew(s);
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
	return s;
}

void spares__keep(struct spares *spares, struct session *s)
{
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
	relay__close(spares->relay);
	*spares = (struct spares){0};
}
