/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The blocks of a profile as JSON, written and read back, and numbers as readers of JSON take them.
 */
#ifndef BPFPROF_TRACKS_JSON_H
#define BPFPROF_TRACKS_JSON_H

#include <jansson.h>

#include "model/profile.h"

/* v, or INT64_MAX where v is more: JSON numbers are signed here. */
int64_t json_cut(uint64_t v);
/* The same as a JSON number; the caller owns it. */
json_t *json_int(uint64_t v);
/* An array of the blocks of p, with their tracks, as report "json" has it; the caller owns it. */
json_t *tracks_json(const struct profile *p);
/* Adds one element of that array to p, whose threads have been read. 0, or -1 where a member is
 * missing, of another type or out of range. */
int tracks_json__load(struct profile *p, json_t *row);

#endif
