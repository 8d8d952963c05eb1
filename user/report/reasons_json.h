/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The reasons of time blocked, from JSON. */
#ifndef BPFPROF_REASONS_JSON_H
#define BPFPROF_REASONS_JSON_H

#include <jansson.h>

#include "model/profile.h"

/* Fills in the reasons of *away, whose other members are known. Profiles of earlier days have no
 * object (NULL): then it is all another reason's. 0, or -1 where it is not as it should be. */
int reasons_json__load(struct prof_away *away, const json_t *from);

#endif
