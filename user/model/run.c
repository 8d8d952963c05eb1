/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sums over functions and outermost paths. */
#include "model/run.h"

struct prof_stat profile__run(const struct profile *p)
{
	struct prof_stat sum = {0}, outermost = {0};

	if (p->is_part)
		return p->run;
	for (size_t i = 0; i < p->nfuncs; i++)
		prof_stat__add(&sum, &p->funcs[i].stat);
	for (size_t i = 0; i < p->npaths; i++) {
		if (p->paths[i].parent >= i)
			prof_stat__add(&outermost, &p->paths[i].stat);
	}
	sum.cumtime_ns = outermost.cumtime_ns;
	sum.cum_away = outermost.cum_away;
	sum.cum_bias_ns = outermost.cum_bias_ns;
	prof_away__settle(&sum.cum_away);
	return sum;
}

void profile__keep_run(struct profile *to, const struct profile *from)
{
	to->run = profile__run(from);
	to->is_part = true;
}

void profile__add_run(struct profile *dst, const struct profile *src)
{
	const struct prof_stat added = profile__run(src);

	if (!dst->is_part && !src->is_part)
		return;
	dst->run = profile__run(dst);
	dst->is_part = true;
	dst->had_c |= src->had_c;
	prof_stat__add(&dst->run, &added);
}
