/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The call paths of a profile as JSON: an array for each column. */
#ifndef BPFPROF_PATHS_JSON_H
#define BPFPROF_PATHS_JSON_H

#include <jansson.h>

#include "model/profile.h"

/* That of p; the caller owns it. */
json_t *paths_json(const struct profile *p);

/* The index of the path's caller, as it stands there; below zero where there is none. */
json_int_t paths_json__parent(const struct prof_path *path);

/* Adds what paths_json made to p, whose functions are there, as measured, and corrected where p has
 * no constants to do it again. 0, or -1: a column is missing, of another length or out of range. */
int paths_json__load(struct profile *p, json_t *columns);

#endif
