/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Each interpreter state tells its GIL: sub-interpreters may share the main one's. */
#include "cpython/gils.h"

#include <stdbool.h>

#define INTERPRETERS_MAX 1024
#define GIL_INTERVAL	 0  /* unsigned long, in microseconds */
#define GIL_LOCKED	 16 /* int; -1: it has not been made yet */
#define INTERVAL_MAX	 3600000000ull

static bool is_gil(const struct py_live *live, uint64_t at)
{
	uint64_t interval;
	int32_t locked;

	return at && !(at & 7) && py_live__word(live, at + GIL_INTERVAL, &interval) &&
	       py_live__int(live, at + GIL_LOCKED, &locked) && interval &&
	       interval <= INTERVAL_MAX && (locked == 0 || locked == 1);
}

static bool is_among(uint64_t gil, const uint64_t *gils, size_t n)
{
	while (n && gils[n - 1] != gil)
		n--;
	return n;
}

size_t py_gils__find(struct py_live *live, uint64_t *gils, size_t max)
{
	uint64_t interp, gil, at = live->runtime + live->at.runtime_head;
	size_t n = 0;

	for (int i = 0; i < INTERPRETERS_MAX && py_live__word(live, at, &interp) && interp; i++) {
		at = interp + live->at.interp_next;
		if (live->at.runtime_gil)
			gil = live->runtime + live->at.runtime_gil;
		else if (!live->at.interp_gil ||
			 !py_live__word(live, interp + live->at.interp_gil, &gil))
			continue;
		if (!is_gil(live, gil) || is_among(gil, gils, n < max ? n : max))
			continue;
		if (n < max)
			gils[n] = gil;
		n++;
	}
	return n;
}
