/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "model/amount.h"

struct amount amount__of(const struct prof_stat *st, const struct prof_ios *io)
{
	return (struct amount){.own = st->tottime_ns,
			       .bias = st->own_bias_ns,
			       .away = st->own_away,
			       .io = io->own};
}

static void add(int64_t *to, int64_t a, int sign)
{
	*to = prof_ns(*to + sign * a);
}

void amount__add(struct amount *to, const struct amount *a, int sign)
{
	add(&to->own, a->own, sign);
	add(&to->bias, a->bias, sign);
	add(&to->estimated, a->estimated, sign);
	add(&to->away.off_ns, a->away.off_ns, sign);
	add(&to->away.wait_ns, a->away.wait_ns, sign);
	for (int r = 0; r < PROF_REASONS; r++)
		add(&to->away.reason_ns[r], a->away.reason_ns[r], sign);
	for (size_t i = 0; i < PROF_IO_FIGURES; i++)
		PROF_IO_FIGURE(&to->io, i) =
			prof_ns(PROF_IO_FIGURE(&to->io, i) + sign * PROF_IO_FIGURE(&a->io, i));
}

static int64_t part(int64_t whole, double share)
{
	return (int64_t)((double)whole * share);
}

struct amount amount__share(const struct amount *a, double share)
{
	struct amount to = {
		.own = part(a->own, share),
		.bias = part(a->bias, share),
		.estimated = part(a->estimated, share),
		.away = {.off_ns = part(a->away.off_ns, share),
			 .wait_ns = part(a->away.wait_ns, share)},
	};

	for (int r = 0; r < PROF_REASONS; r++)
		to.away.reason_ns[r] = part(a->away.reason_ns[r], share);
	for (size_t i = 0; i < PROF_IO_FIGURES; i++)
		PROF_IO_FIGURE(&to.io, i) = part(PROF_IO_FIGURE(&a->io, i), share);
	prof_away__settle(&to.away);
	return to;
}
