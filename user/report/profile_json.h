/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reading back the JSON that report "json" writes (schema "bpfprof/2"), and that of schema
 * "bpfprof/1", whose tottime_ns and cumtime_ns were the raw times. */
#ifndef BPFPROF_PROFILE_JSON_H
#define BPFPROF_PROFILE_JSON_H

#include "model/profile.h"

/* Whether the bytes begin as JSON does. */
bool profile_json__knows(const char *bytes, size_t size);

/* The profile in these bytes, or NULL after one line of err(): not JSON, another schema, or a field
 * that is missing, of the wrong type or out of range. */
struct profile *profile_json__parse(const char *name, const char *bytes, size_t size);

#endif
