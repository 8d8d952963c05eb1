/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What threads did when, as a member of their rows of JSON. */
#ifndef BPFPROF_STRIP_JSON_H
#define BPFPROF_STRIP_JSON_H

#include <jansson.h>

#include "model/profile.h"

/* NULL: there is none. */
json_t *strip_json__of(const struct prof_strip *strip);

/* Gives the thread the strip of its row, if that has one. 0, or -1 where it cannot be. */
int strip_json__load(struct prof_thread *t, const json_t *row);

#endif
