/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A set of tables in our own memory, as the maps of a capture would be. */
#ifndef BPFPROF_TEST_TABLES_H
#define BPFPROF_TEST_TABLES_H

#include <stdlib.h>

#include "base/mem.h"
#include "reader/tables.h"

static inline void *zeroes(size_t bytes)
{
	return xcalloc(1, bytes);
}

/* Each table is what content gives for its bytes. */
static inline struct tables tables_of(const struct table_sizes *size,
				      void *(*content)(size_t bytes))
{
	struct tables t = {.size = *size};

#define ACC_TABLE(id, table, type, count)                                                          \
	t.table = content(t.size.count * sizeof(struct acc_##type));
#include "bpfprof/tables.def"
	t.tracks = content(ACC_TRACKS * sizeof(*t.tracks));
	t.ctl = content(sizeof(*t.ctl));
	t.names = content(t.size.names + ACC_NAME_MAX + 1);
	return t;
}

static inline void tables_free(struct tables *t)
{
#define ACC_TABLE(id, table, type, count) free(t->table);
#include "bpfprof/tables.def"
	free(t->tracks);
	free(t->ctl);
	free(t->names);
}

#endif
