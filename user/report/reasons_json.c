/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* By the names that a row's fields have. */
#include "report/reasons_json.h"

#include <stdio.h>

int reasons_json__load(struct prof_away *away, const json_t *from)
{
	char key[32];

	for (int r = 0; r < PROF_REASONS; r++) {
		const json_t *value;
		int64_t ns;

		snprintf(key, sizeof(key), "%s_ns", prof_reason_names[r]);
		value = json_object_get(from, key);
		ns = json_integer_value(value);
		if ((value && !json_is_integer(value)) || ns != prof_ns(ns))
			return -1;
		away->reason_ns[r] = ns;
	}
	prof_away__settle(away);
	return 0;
}
