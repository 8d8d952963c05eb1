/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reasons to JSON and back. */
#include "report/reasons_json.h"

#include <stdio.h>

#define KEY_BYTES 32

static const char *key_of(int reason, char key[KEY_BYTES])
{
	snprintf(key, KEY_BYTES, "%s_ns", prof_reason_names[reason]);
	return key;
}

json_t *reasons_json(const struct prof_away *away)
{
	json_t *all = json_object();
	char key[KEY_BYTES];

	for (int r = 0; r < PROF_REASONS; r++) {
		if (away->reason_ns[r])
			json_object_set_new(all, key_of(r, key), json_integer(away->reason_ns[r]));
	}
	return all;
}

int reasons_json__load(struct prof_away *away, const json_t *from)
{
	char key[KEY_BYTES];

	for (int r = 0; r < PROF_REASONS; r++) {
		const json_t *value = json_object_get(from, key_of(r, key));
		int64_t ns = json_integer_value(value);

		if ((value && !json_is_integer(value)) || ns != prof_ns(ns))
			return -1;
		away->reason_ns[r] = ns;
	}
	prof_away__settle(away);
	return 0;
}
