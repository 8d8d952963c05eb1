/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The stacks of open frames that the stub keeps for itself where BPF programs account. */
#include <stddef.h>

#include "base/shared.h"
#include "base/ticks.h"
#include "hook/parts.h"
#include "process/procmem.h"
#include "reader/seed.h"

#define KEPT_FRAMES  131072u
#define KEPT_THREADS 8192u /* a power of two, of which half are used at most */

#define ELEMENTS(row, n)                                                                           \
	{                                                                                          \
		-1, (n) * sizeof(struct acc_##row), n                                              \
	}

void hook__keep_stacks(struct hook *f)
{
	static const struct {
		enum stub_table at;
		struct session_table table;
	} kept[] = {
		{STUB_FRAMES, ELEMENTS(frame, KEPT_FRAMES)},
		{STUB_AWAYS, ELEMENTS(away, KEPT_FRAMES)},
		{STUB_THREADS, ELEMENTS(thread, KEPT_THREADS)},
		{STUB_ROWS, ELEMENTS(row, 1)},
		{STUB_CTL, ELEMENTS(ctl, 1)},
	};

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		hook__add_table(f, kept[i].at, &kept[i].table);
}

/* Where a table's element, or what is in it, is in the process. */
static uint64_t address_of(const struct hook *f, enum stub_table table, uint64_t offset)
{
	return f->base + f->config.table[table] + offset;
}

/* What is to be copied, and the entries of threads that are used. Shared memory, of which only what
 * is touched costs time. */
struct kept {
	struct acc_frame frames[KEPT_FRAMES];
	struct acc_thread threads[KEPT_THREADS];
	struct acc_ctl ctl;
	struct tables own;
	uint32_t used[KEPT_THREADS], n;
};

static __u32 entry_of(void *of, const struct py_thread *thread)
{
	struct kept *k = of;
	__u32 i = tables__thread_of_tcb(&k->own, thread);

	if (i)
		k->used[k->n++] = i;
	return i;
}

static void write_to(const struct hook *f, enum stub_table table, uint64_t offset, const void *from,
		     size_t size)
{
	procmem__write(f->mem, address_of(f, table, offset), from, size);
}

/* A thread's chunks of frames, of each as much as is used. */
static void write_frames(const struct hook *f, const struct kept *k, const struct acc_thread *s)
{
	for (__u32 at = s->chunk; at; at = k->frames[at].edge) {
		__u32 n = s->top - at < ACC_CHUNK ? s->top - at + 1 : ACC_CHUNK;

		write_to(f, STUB_FRAMES, at * sizeof(*k->frames), &k->frames[at],
			 n * sizeof(*k->frames));
	}
}

static void write_stacks(const struct hook *f, const struct kept *k)
{
	for (uint32_t i = 0; i < k->n; i++) {
		const struct acc_thread *s = &k->threads[k->used[i]];

		write_frames(f, k, s);
		write_to(f, STUB_THREADS, k->used[i] * sizeof(*s), s, sizeof(*s));
	}
	write_to(f, STUB_CTL, offsetof(struct acc_ctl, chunks), &k->ctl.chunks,
		 sizeof(k->ctl.chunks));
}

void hook__seed(struct hook *f, const struct seed *seed)
{
	struct seed in_ticks = *seed;
	struct kept *k = f->by_slot || f->config.inlined ? NULL : shared__new(sizeof(*k));

	if (!k)
		return;
	k->own = (struct tables){.frames = k->frames,
				 .threads = k->threads,
				 .ctl = &k->ctl,
				 .size = {.frames = KEPT_FRAMES, .threads = KEPT_THREADS}};
	in_ticks.now = ticks__now();
	tables__seed_stacks(&k->own, &in_ticks, entry_of, k);
	write_stacks(f, k);
	shared__free(k, sizeof(*k));
}
