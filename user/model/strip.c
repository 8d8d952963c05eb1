/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What threads did when. */
#include "model/strip.h"

#include <stddef.h>
#include <string.h>

#include "base/mem.h"
#include "model/profile.h"

const char *const prof_state_names[] = {
#define ACC_REASON(ID, name, what) #name,
#include "bpfprof/reasons.def"
	"idle",
	"runnable",
	"running",
};

struct prof_strip *prof_strip__copy(const struct prof_strip *strip)
{
	return strip ? arr_copy(strip, 1, sizeof(*strip)) : NULL;
}

/* Of a bin, which is told from its beginning on. */
static uint64_t told(const struct prof_strip *strip, uint32_t bin)
{
	uint64_t ns = 0;

	for (int s = 0; s < PROF_STATES; s++)
		ns += prof_moment((uint64_t)strip->ns[bin][s]);
	return ns < strip->bin_ns ? ns : strip->bin_ns;
}

static uint64_t begin_of(const struct prof_strip *strip, uint32_t bin)
{
	return strip->start_ns + bin * strip->bin_ns;
}

uint64_t prof_strip__end(const struct prof_strip *strip)
{
	const uint32_t last = strip->nbins - 1;

	return begin_of(strip, last) + told(strip, last);
}

/* What is spread evenly over a time has come to so much by a part of it. */
static int64_t by(int64_t ns, uint64_t part, uint64_t whole)
{
	return part < whole ? (int64_t)((double)ns * ((double)part / (double)whole)) : ns;
}

/* What is beyond the end of to, which cannot be, is left out. */
static void spread_bin(struct prof_strip *to, const struct prof_strip *from, uint32_t bin)
{
	const uint64_t begin = begin_of(from, bin), whole = told(from, bin);

	for (uint64_t at = 0, next; at < whole; at = next) {
		const uint64_t i = (begin + at - to->start_ns) / to->bin_ns;

		if (i >= to->nbins)
			return;
		next = to->start_ns + (i + 1) * to->bin_ns - begin;
		next = next < whole ? next : whole;
		for (int s = 0; s < PROF_STATES; s++)
			to->ns[i][s] +=
				by(from->ns[bin][s], next, whole) - by(from->ns[bin][s], at, whole);
	}
}

static void spread(struct prof_strip *to, const struct prof_strip *from)
{
	for (uint32_t bin = 0; bin < from->nbins; bin++)
		spread_bin(to, from, bin);
}

struct prof_strip *prof_strip__join(const struct prof_strip *strip, const struct prof_strip *next)
{
	const uint64_t end = prof_strip__end(next);
	struct prof_strip *both = xcalloc(1, sizeof(*both));

	both->start_ns = strip->start_ns;
	both->bin_ns = (end - strip->start_ns) / PROF_STRIP_BINS + 1;
	both->nbins = (uint32_t)((end - strip->start_ns) / both->bin_ns) + 1;
	spread(both, strip);
	spread(both, next);
	return both;
}

enum prof_state prof_strip__most(const struct prof_strip *strip, uint32_t bin)
{
	int most = 0;

	for (int p = 1; p < PROF_STATES; p++) {
		if (strip->ns[bin][p] > strip->ns[bin][most])
			most = p;
	}
	return most;
}
