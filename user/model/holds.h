/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who held the GIL while others waited for it: the rows of a profile. Threads as in profile.h. */
#ifndef BPFPROF_HOLDS_H
#define BPFPROF_HOLDS_H

#include "model/profile.h"

/* Adds to how long a function, by its index, held the GIL in a thread while others waited for it.
 */
void profile__add_hold(struct profile *p, uint32_t thread, uint32_t func, int64_t ns);
/* Adds to how long nobody held it meanwhile. */
void profile__add_free(struct profile *p, int64_t ns);
/* Whether both are of the same function. */
bool prof_hold__same(const struct prof_hold *a, const struct prof_hold *b);
/* Appends a copy of one of another profile, whose threads are here from first_thread on, and whose
 * file is called so here. */
void profile__copy_hold(struct profile *p, const struct prof_hold *from, uint32_t first_thread,
			const char *file);
/* Takes off what is more than all threads waited. */
void profile__settle_holds(struct profile *p);
/* How long all threads waited for the GIL; how much of that nobody held it, and of how much it is
 * not known who did. */
struct prof_gil_wait {
	int64_t ns, free_ns, unknown_ns;
} profile__gil_wait(const struct profile *p);

#endif
