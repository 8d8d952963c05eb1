/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the kernel's side has to know of an interpreter to tell what its threads wait for: where its
 * GIL is. It has none until it has started, and more with each sub-interpreter. Not thread-safe. */
#ifndef BPFPROF_WAITS_H
#define BPFPROF_WAITS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/profile.h"

struct interp;
struct pages;
struct session;

struct waits {
	const struct interp *in;
	int mem; /* -1: nothing can be read */
	struct pages *pages;
	size_t gils;	    /* found so far, at most */
	unsigned int looks; /* without any found */
};

/* in must outlive it. */
void waits__begin(struct waits *w, const struct interp *in);
/* Looks for GILs and tells the session. */
void waits__look(struct waits *w, struct session *s);
/* There is nothing to be looked for soon. */
bool waits__is_known(const struct waits *w);
/* Remarks where GILs were not told from other locks. */
void waits__note(const struct waits *w, struct profile *p);
void waits__end(struct waits *w); /* fine on a zeroed one */

#endif
