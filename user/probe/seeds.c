/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What was open before counting began. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdlib.h>

#include "base/ticks.h"
#include "probe/inside.h"
#include "reader/seed.h"

/* Where the kernel accounts it finds a thread by its number, and what holds a GIL by its control
 * block. */
static __u32 entry_by_tid(void *of, const struct py_thread *thread)
{
	struct session *s = of;
	__u32 tid = thread->tid, i = tables__next_thread(&s->reader.live, thread);

	if (i && bpf_map_update_elem(bpf_map__fd(s->bpf->maps.thread_of_tid), &tid, &i, BPF_ANY))
		return 0;
	if (i && thread->tcb)
		bpf_map_update_elem(bpf_map__fd(s->bpf->maps.thread_of_tcb), &thread->tcb, &i,
				    BPF_ANY);
	return i;
}

const char *session__seed(struct session *s, struct seed *seed, uint32_t *threads)
{
	struct tables *t = &s->reader.live;

	if (!s->reader.inlined && tgid__differs()) {
		seed->numbers = tgid__threads(s);
		if (!seed->numbers.n)
			return "the kernel does not tell the numbers that its threads have outside "
			       "of this pid namespace";
	}
	ticks__moment(&seed->now, &seed->now_ns);
	if (!s->reader.inlined)
		seed->now = seed->now_ns;
	*threads = s->reader.inlined ? tables__seed(t, seed, tables__thread_of_tcb, t)
				     : tables__seed(t, seed, entry_by_tid, s);
	free(seed->numbers.v);
	seed->numbers = (struct numbers){0};
	return NULL;
}

void session__name_seeded(struct session *s, uint32_t threads)
{
	struct numbers numbers = s->reader.inlined ? (struct numbers){0} : tgid__threads(s);

	tables__name_rows(&s->reader.live, s->reader.pid, &numbers, threads);
	free(numbers.v);
}
