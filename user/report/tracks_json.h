/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPFPROF_TRACKS_JSON_H
#define BPFPROF_TRACKS_JSON_H

#include <jansson.h>

#include "model/profile.h"

int64_t json_cut(uint64_t v); /* to what JSON readers take */
json_t *json_int(uint64_t v); /* cut likewise */
json_t *tracks_json(const struct profile *p);

/* One of them into p, whose threads are there. 0, or -1 where it is not as it should be. */
int tracks_json__load(struct profile *p, json_t *row);

#endif
