/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Each interpreter state tells its GIL: sub-interpreters may share the main one's. */
#include "cpython/gils.h"

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

/* The interpreter state that *at points at, and where the one after it stands; 0: there is none. */
static uint64_t next_interp(const struct py_live *live, uint64_t *at)
{
	uint64_t interp;

	if (!py_live__word(live, *at, &interp))
		return 0;
	*at = interp + live->at.interp_next;
	return interp;
}

static uint64_t gil_of(const struct py_live *live, uint64_t interp)
{
	uint64_t gil;

	if (live->at.runtime_gil)
		return live->runtime + live->at.runtime_gil;
	return live->at.interp_gil && py_live__word(live, interp + live->at.interp_gil, &gil) ? gil
											      : 0;
}

size_t py_gils__find(struct py_live *live, uint64_t *gils, size_t max)
{
	uint64_t interp, gil, at = live->runtime + live->at.runtime_head;
	size_t n = 0;

	for (int i = 0; i < INTERPRETERS_MAX && (interp = next_interp(live, &at)); i++) {
		gil = gil_of(live, interp);
		if (!is_gil(live, gil) || is_among(gil, gils, n < max ? n : max))
			continue;
		if (n < max)
			gils[n] = gil;
		n++;
	}
	return n;
}

size_t py_interps__find(struct py_live *live, uint64_t *interps, size_t max)
{
	uint64_t interp, at = live->runtime + live->at.runtime_head;
	size_t n = 0;

	for (; n < INTERPRETERS_MAX && (interp = next_interp(live, &at)); n++) {
		if (n < max)
			interps[n] = interp;
	}
	return n;
}

const struct py_world *py_world__of(const struct interp *in)
{
	static const struct py_world rows[] = {
		{.version = 0x030d, .state = 40, .stops = 10744, .all_stops = 10360}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (in->layout && in->layout->free_threaded && rows[i].version == in->version)
			return &rows[i];
	}
	return NULL;
}
