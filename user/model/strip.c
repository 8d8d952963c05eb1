/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What threads did when. */
#include "model/strip.h"

#include <stddef.h>
#include <string.h>

#include "base/mem.h"

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

void prof_strip__begin(struct prof_strip *strip, uint64_t ns)
{
	uint64_t gone = strip && ns > strip->start_ns ? (ns - strip->start_ns) / strip->bin_ns : 0;

	if (!gone)
		return;
	gone = gone < strip->nbins ? gone : strip->nbins;
	strip->nbins -= gone;
	memmove(strip->ns, strip->ns + gone, strip->nbins * sizeof(*strip->ns));
	strip->start_ns += gone * strip->bin_ns;
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
