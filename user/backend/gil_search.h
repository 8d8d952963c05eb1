/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the kernel's side has to know of an interpreter to tell what its threads wait for: where its
 * GIL is, or without one its state. There is none until it has started, and more with each
 * sub-interpreter. Not thread-safe. */
#ifndef BPFPROF_GIL_SEARCH_H
#define BPFPROF_GIL_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "model/profile.h"

struct interp;
struct pages;
struct session;

struct gil_search {
	const struct interp *in;
	int mem; /* -1: nothing can be read */
	struct pages *pages;
	size_t found;	    /* of them so far, at most */
	unsigned int looks; /* without any found */
};

/* in must outlive it. */
void gil_search__begin(struct gil_search *w, const struct interp *in);
/* Looks for them and tells the session. */
void gil_search__look(struct gil_search *w, struct session *s);
/* There is nothing to be looked for soon. */
bool gil_search__is_known(const struct gil_search *w);
/* Remarks where GILs were not told from other locks. */
void gil_search__note(const struct gil_search *w, struct profile *p);
void gil_search__end(struct gil_search *w); /* fine on a zeroed one */

#endif
