/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reading back the JSON that report "json" writes (schema "bpfprof/2"), and that of schema
 * "bpfprof/1", whose tottime_ns and cumtime_ns were the raw times. */
#ifndef BPFPROF_PROFILE_JSON_H
#define BPFPROF_PROFILE_JSON_H

#include "model/profile.h"
#include "report/rows_json.h"

/* Whether the bytes begin as JSON does. */
bool profile_json__knows(const char *bytes, size_t size);

/* The profile in these bytes, or NULL after one line of err(): not JSON, another schema, or a field
 * that is missing, of the wrong type or out of range. */
struct profile *profile_json__parse(const char *name, const char *bytes, size_t size);

/* Loads all parts of a profile into l->p, edges by the function that is given. Returns the first
 * that is not as it should be; NULL: all is well. */
const char *profile_json__parts(const struct rows_json *l, json_t *root, rows_json__load *edge);

#endif
