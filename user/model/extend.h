/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A run put together again from its spans. */
#ifndef BPFPROF_EXTEND_H
#define BPFPROF_EXTEND_H

#include "model/profile.h"

/* Adds the span that came next in the run that p goes up to, as profile__since has it: threads are
 * those that p has, what a function has open is what it has open now, and the constants are the
 * span's. Neither has had its bias taken off, but where it is settled: then both come to be. */
void profile__extend(struct profile *p, struct profile *span);

#endif
