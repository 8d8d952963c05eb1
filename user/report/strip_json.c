/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An array for each state that the thread ever did, in which each bin has its time. */
#include "report/strip_json.h"

#include <stdio.h>

#include "base/mem.h"

#define KEY_BYTES 32

static const char *key_of(int state, char key[KEY_BYTES])
{
	snprintf(key, KEY_BYTES, "%s_ns",
		 state < PROF_REASONS ? prof_reason_names[state] : prof_state_names[state]);
	return key;
}

/* NULL: there is none of it. */
static json_t *state_json(const struct prof_strip *strip, int state)
{
	json_t *bins = json_array();
	int64_t any = 0;

	for (uint32_t i = 0; i < strip->nbins; i++) {
		json_array_append_new(bins, json_integer(strip->ns[i][state]));
		any |= strip->ns[i][state];
	}
	if (any)
		return bins;
	json_decref(bins);
	return NULL;
}

json_t *strip_json__of(const struct prof_strip *strip)
{
	char key[KEY_BYTES];
	json_t *row;

	if (!strip || !strip->nbins)
		return NULL;
	row = json_pack("{s:I, s:I, s:I}", "start_ns", (json_int_t)strip->start_ns, "bin_ns",
			(json_int_t)strip->bin_ns, "bins", (json_int_t)strip->nbins);
	for (int p = 0; p < PROF_STATES; p++) {
		json_t *bins = state_json(strip, p);

		if (bins)
			json_object_set_new(row, key_of(p, key), bins);
	}
	return row;
}

static int load_state(struct prof_strip *strip, int state, const json_t *bins)
{
	if (!bins)
		return 0;
	if (!json_is_array(bins) || json_array_size(bins) != strip->nbins)
		return -1;
	for (uint32_t i = 0; i < strip->nbins; i++) {
		const json_t *value = json_array_get(bins, i);
		int64_t ns = json_integer_value(value);

		if (!json_is_integer(value) || ns < 0 || ns != prof_ns(ns))
			return -1;
		strip->ns[i][state] = ns;
	}
	return 0;
}

static int load(struct prof_strip *strip, json_t *from)
{
	json_int_t start, width, bins;
	char key[KEY_BYTES];

	if (json_unpack(from, "{s:I, s:I, s:I}", "start_ns", &start, "bin_ns", &width, "bins",
			&bins) ||
	    start < 0 || start != prof_ns(start) || width < 1 || width != prof_ns(width) ||
	    bins < 1 || bins > (json_int_t)PROF_STRIP_BINS)
		return -1;
	strip->start_ns = start;
	strip->bin_ns = width;
	strip->nbins = bins;
	for (int p = 0; p < PROF_STATES; p++) {
		if (load_state(strip, p, json_object_get(from, key_of(p, key))))
			return -1;
	}
	return 0;
}

int strip_json__load(struct prof_thread *t, const json_t *row)
{
	json_t *from = json_object_get(row, "strip");

	if (!from)
		return 0;
	t->strip = xcalloc(1, sizeof(*t->strip));
	return load(t->strip, from);
}
