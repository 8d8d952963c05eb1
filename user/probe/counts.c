/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a session has counted so far, read where it is counted. */
#include "arch/regs.h"
#include "probe/inside.h"

bool session__frame_found(const struct session *s)
{
	return s->bpf->bss->entry_sites[0].frame != ACC_REG_NOT_FOUND;
}

void session__count(const struct session *s, uint64_t *calls, uint64_t *lost)
{
	tables__count(&s->reader.live, calls, lost);
}

uint64_t session__loss(const struct session *s, enum acc_loss loss)
{
	return s->reader.live.ctl->losses[loss];
}

bool session__times_coroutines(const struct session *s)
{
	return s->setup.limits.coroutines;
}

uint32_t session__threads(const struct session *s)
{
	return s->reader.live.ctl->rows;
}

uint32_t session__children(const struct session *s)
{
	return s->reader.live.ctl->children;
}

int64_t session__next_number(const struct session *s)
{
	return s->bpf->bss->next_number;
}

void session__lose(struct session *s, enum acc_loss loss, uint64_t n)
{
	s->reader.live.ctl->losses[loss] += n;
}

void session__forgive_execs(struct session *s)
{
	s->bpf->bss->execs = 0;
}
