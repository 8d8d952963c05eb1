/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tables that a process shares with us, and could write what it likes into. Each 8 bytes of the
 * input change one word: which table (1 byte), where (3 bytes), what (4 bytes); or, where the
 * table's number is beyond them, a call is made or ended in them as they are. Then a profile is
 * made of them, which must be one as any other: written in each format, read again, and the same.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/ticks.h"
#include "model/profile.h"
#include "unit/tables.h"
#include "reader/in_reader.h" /* last: its macros bear short names */

#define CHANGE 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct table_sizes sizes = {.frames = 256,
					 .edges = 64,
					 .funcs = 64,
					 .edge_buckets = 128,
					 .func_buckets = 128,
					 .codes = 64,
					 .threads = 16,
					 .rows = 16,
					 .blocks = 64,
					 .splits = 64,
					 .timeline = 5,
					 .coroutines = 64,
					 .awaits = 64,
					 .lives = 64,
					 .strips = 8,
					 .names = 1024};

static void write_word(void *bytes, size_t size, uint32_t at, uint32_t value)
{
	memcpy((char *)bytes + at % (size / 4) * 4, &value, sizeof(value));
}

/* False: there is no table of that number. */
static bool change(struct tables *t, unsigned int which, uint32_t at, uint32_t value)
{
	const struct {
		void *bytes;
		size_t size;
	} all[] = {
#define ACC_TABLE(id, table, type, count) {t->table, t->size.count * sizeof(struct acc_##type)},
#include "bpfprof/tables.def"
		{t->tracks, ACC_TRACKS * sizeof(*t->tracks)},
		{t->ctl, sizeof(*t->ctl)},
		{t->names, t->size.names},
	};

	if (which >= sizeof(all) / sizeof(*all))
		return false;
	write_word(all[which].bytes, all[which].size, at, value);
	return true;
}

static void count(struct tables *t, uint32_t at, uint32_t value)
{
	__u32 slot = at % t->size.threads;
	struct acc_call c = {.ident = (value % 70) | 1, .code = 1, .pyframe = value >> 8};
	struct acc_moment now = {.at = value};
	struct acc_frame *f;

	if (at & 1 << 23) {
		acc_leave(&t->threads[slot], acc_row(slot), value >> 8, &now);
		return;
	}
	f = acc_enter(&t->threads[slot], slot, &c);
	if (f && (f < t->frames || f >= t->frames + t->size.frames))
		abort();
}

static void fill(struct tables *t, const uint8_t *data, size_t size)
{
	for (; size >= CHANGE; data += CHANGE, size -= CHANGE) {
		uint32_t at, value;

		memcpy(&at, data, sizeof(at));
		memcpy(&value, data + 4, sizeof(value));
		if (!change(t, data[0] % 32, at >> 8, value))
			count(t, at >> 8, value);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const double rates[] = {1, 0.37};
	struct ticks_clock clock = {size * 1000, size * 2000, rates[size & 1], 0};
	struct tables t = tables_of(&sizes, zeroes);
	struct profile *p = profile__new();

	in_use = &t;
	fill(&t, data, size);
	tables__close_frames(&t, &clock);
	tables__to_profile(&t, NULL, p, &clock);
	if (p->nblocks > sizes.blocks || p->nfuncs > sizes.codes || p->nthreads > sizes.rows ||
	    p->nevents >= sizes.timeline)
		abort();
	fuzz__written(p);
	profile__free(p);
	tables_free(&t);
	return 0;
}
