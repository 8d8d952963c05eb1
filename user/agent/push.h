/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Pushing profiles to a server over HTTP, one request at a time. Not thread-safe. */
#ifndef BPFPROF_PUSH_H
#define BPFPROF_PUSH_H

#include "agent/protocol.h"

struct push_plan {
	const char *url;
	char *shown; /* of it, in messages */
	const struct protocol *protocol;
	char *token;		    /* that is borne; NULL: none */
	const char *const *headers; /* "NAME: VALUE" */
	size_t nheaders;
	const char *ca_file; /* whom to trust; NULL: whom the system trusts */
	double timeout;	     /* seconds that a request may take */
};

enum push_outcome {
	PUSH_DONE,
	PUSH_REFUSED, /* this profile: it will not do later either */
	PUSH_AWAY,    /* the other side takes nothing now */
};

struct push {
	const struct push_plan *plan;
	void *handle;
	/* Asked while a request is under way, about once a second: whether to give up. */
	bool (*gives_up)(void *arg);
	void *arg;
	char why[512]; /* of the last that was not done */
	unsigned int
		later; /* seconds that the other side wants to be left alone; 0: it said none */
};

/* Loads what it takes. 0, or -1 after one line. */
int push__open(struct push *push, const struct push_plan *plan);
/* Pushes one, and waits for the answer, plan->timeout at most. Where it was not done, push->why
 * says why. */
enum push_outcome push__one(struct push *push, const struct parcel *p);

#endif
