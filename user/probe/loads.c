/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The libraries that the process loads: the kernel's side holds the loading thread until they have
 * been looked at. */
#include <bpf/libbpf.h>

#include "probe/inside.h"

static int load_event(void *ctx, void *data, size_t size)
{
	(void)ctx;
	(void)data;
	(void)size;
	return 0;
}

void loads__open(struct session *s)
{
	if (s->bpf->rodata->may_sleep)
		s->loads =
			ring_buffer__new(bpf_map__fd(s->bpf->maps.loads), load_event, NULL, NULL);
}

int session__loads_fd(const struct session *s)
{
	return s->loads ? ring_buffer__epoll_fd(s->loads) : -1;
}

uint32_t session__loads(struct session *s)
{
	if (s->loads)
		ring_buffer__consume(s->loads);
	return __atomic_load_n(&s->reader.live.ctl->loads, __ATOMIC_ACQUIRE);
}

uint32_t session__loads_late(const struct session *s)
{
	return __atomic_load_n(&s->reader.live.ctl->loads_late, __ATOMIC_RELAXED);
}

void session__loads_looked_at(struct session *s, uint32_t loads)
{
	__atomic_store_n(&s->reader.live.ctl->loads_looked_at, loads, __ATOMIC_RELEASE);
}
