/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* JSON documents, safe to be shown on a terminal. */
#ifndef BPFPROF_JSONOUT_H
#define BPFPROF_JSONOUT_H

#include <jansson.h>
#include <stdio.h>

#include "model/profile.h"

/* Takes root, which may be NULL. 0, or -1 with errno: EILSEQ where there is no root, as a text in
 * it would be no UTF-8. */
int json__dump(json_t *root, size_t flags, FILE *out);
/* The same without a line's end. */
int json__put(json_t *root, size_t flags, FILE *out);

/* Takes value, as one line; "null" where there is none. To be freed. */
char *json__text(json_t *value);

/* Prints value as json__text would have it. */
void json__print(json_t *value, FILE *out);

/* All of report "json" but functions, edges and paths; NULL where a text is no UTF-8. */
json_t *json__head(const struct profile *p);

#endif
