/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The blocks of the tables, into the profile. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/profile.h"
#include "reader/parts.h"

static uint32_t track_of_code(const struct tables *t, const struct acc_code *c, struct profile *p)
{
	bool marked = code__kind(c) == ACC_KIND_BLOCK; /* not a function that was chosen for one */
	char *group = marked ? name__or_null(t, &c->names[2]) : NULL;
	uint32_t idx = ONCE(c->track) - 1, track = profile__track(p, group, idx);

	free(group);
	if (idx < ACC_TRACKS && marked) {
		char *name = name__or_null(t, &t->tracks[idx].name);

		prof_track__name(&p->tracks[track], name);
		free(name);
	}
	return track;
}

static struct prof_hits hits_of(const struct acc_block_row *row)
{
	struct prof_hits h = {
		.hit_count = row->hits.hits,
		.total_ns = (__s64)row->total_ns,
		.own_ns = (__s64)row->own_ns,
		.min_ns = row->hits.min_ns,
		.max_ns = row->hits.max_ns,
	};

	_Static_assert(PROF_BUCKETS == ACC_BLOCK_BUCKETS, "one histogram");
	memcpy(h.histogram, row->hits.bucket, sizeof(h.histogram));
	return h;
}

static void add_block(const struct tables *t, struct profile *p, struct acc_block_row row,
		      const uint32_t *threads)
{
	__u32 func = ONCE(row.func), at = ONCE(row.row);
	__u32 code = func < t->size.funcs ? ONCE(t->funcs[func].code) : 0;
	const struct acc_code *c = code && code < t->size.codes ? &t->codes[code] : NULL;
	struct prof_hits hits = hits_of(&row);
	char *name, *file;

	if (!c || !c->track || !hits.hit_count || row.clears != t->ctl->clears)
		return;
	name = name__text(t, &c->names[1]);
	file = name__or_null(t, &c->names[0]);
	prof_block__add(profile__block(p, track_of_code(t, c, p), name, file, c->line),
			at < t->size.rows ? threads[at] : PROF_NONE, &hits);
	free(name);
	free(file);
}

void blocks__add(const struct tables *t, struct profile *p, const uint32_t *threads)
{
	__u32 taken = ONCE(t->ctl->blocks), size = t->size.blocks;

	if (taken < size - ACC_BLOCK_NEW - 1)
		size = ACC_BLOCK_NEW + 1 + taken;
	for (__u32 i = ACC_BLOCK_NEW + 1; i < size; i++)
		add_block(t, p, t->blocks[i], threads);
}
