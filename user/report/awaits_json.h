/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whose tasks coroutines awaited, in JSON. */
#ifndef BPFPROF_AWAITS_JSON_H
#define BPFPROF_AWAITS_JSON_H

#include "report/rows_json.h"

/* The rows, with the paths of those that awaited or without; NULL: there are none. */
json_t *awaits_json(const struct profile *p, bool paths);

/* Adds one, after the paths. 0, or -1 where it cannot be. */
int awaits_json__load(const struct rows_json *l, json_t *row);

#endif
