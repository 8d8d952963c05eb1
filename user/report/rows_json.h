/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Rows of functions, pairs and threads, read from JSON that may be anybody's. Each returns 0, or
 * -1: a field is missing, of the wrong type or out of range. */
#ifndef BPFPROF_ROWS_JSON_H
#define BPFPROF_ROWS_JSON_H

#include <jansson.h>

#include "model/profile.h"

struct rows_json {
	struct profile *p;
	bool plain_is_raw; /* in bpfprof/1 tottime_ns and cumtime_ns were raw times */
};

typedef int rows_json__load(const struct rows_json *l, json_t *row);

int rows_json__stat(const struct rows_json *l, struct prof_stat *st, json_t *row);
/* A function that p has not yet, and a pair of them that it has not yet. */
rows_json__load rows_json__function, rows_json__edge;
rows_json__load rows_json__thread;

/* Where a list that ends with NULL has the word; -1: nowhere. */
int rows_json__index(const char *const *words, const char *word);

bool rows_json__are_counts(const json_int_t *v, size_t n);
bool rows_json__are_times(const json_int_t *v, size_t n);

#define LIST(...) ((const json_int_t[]){__VA_ARGS__})
#define COUNTS(...)                                                                                \
	rows_json__are_counts(LIST(__VA_ARGS__), sizeof(LIST(__VA_ARGS__)) / sizeof(json_int_t))
#define TIMES(...)                                                                                 \
	rows_json__are_times(LIST(__VA_ARGS__), sizeof(LIST(__VA_ARGS__)) / sizeof(json_int_t))

#endif
