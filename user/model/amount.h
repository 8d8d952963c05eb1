/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What moves with a function's own time, when that is handed to another. Pure. */
#ifndef BPFPROF_AMOUNT_H
#define BPFPROF_AMOUNT_H

#include "model/io.h"
#include "model/profile.h"

struct amount {
	int64_t own, bias, estimated; /* ns; estimated: of own, what came by shares */
	struct prof_away away;
	struct prof_io io;
};

struct amount amount__of(const struct prof_stat *st, const struct prof_ios *io);

/* sign: 1 adds, -1 takes off. Nothing overflows. */
void amount__add(struct amount *to, const struct amount *a, int sign);

/* share: 0 to 1 of all that a has, rounded down. */
struct amount amount__share(const struct amount *a, double share);

#endif
