/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sessions that have done their work, for other processes of the same kind: the kernel takes a
 * quarter of a second to load one and to take it away. Not thread-safe.
 */
#ifndef BPFPROF_SPARES_H
#define BPFPROF_SPARES_H

#include "probe/ahead.h"
#include "probe/relay.h"

struct spares {
	struct session **v;
	size_t n;
	struct relay *relay; /* of all but the first; NULL: there is none, or none yet */
	uint32_t given;	     /* how often one was taken */
	uint32_t out;	     /* taken and not given back */
	struct ahead ahead;
	bool keeps; /* others may come, for whom one that has done its work is kept */
};

/* As session__open, or one that was kept. */
struct session *spares__take(struct spares *spares, const struct session_setup *setup);
/* Another like that one may be asked for soon: where there is none, it is opened meanwhile. */
void spares__hurry(struct spares *spares, const struct session *like);
/* Whether there are some, or will be soon. */
bool spares__any(const struct spares *spares);
/* In place of session__close: its process has ended or was left. Accepts NULL. */
void spares__keep(struct spares *spares, struct session *s);
/* Closes those that nobody has taken again. */
void spares__close(struct spares *spares);

#endif
