/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How a profile is pushed: the messages of the servers that take some, chosen by the URL's path. */
#ifndef BPFPROF_PROTOCOL_H
#define BPFPROF_PROTOCOL_H

#include "agent/spool.h"
#include "base/protobuf.h"
#include "model/profile.h"

struct agent_plan;

struct protocol {
	const char *name;
	const char *path;   /* the URL's ends so */
	const char *kind;   /* of parcel that it takes: what render makes */
	const char *type;   /* of the content */
	const char *header; /* one more; NULL: none */
	/* The body of a parcel that has all else, to be freed; NULL with errno. */
	char *(*render)(const struct agent_plan *plan, const struct parcel *parcel,
			const struct profile *p, size_t *size);
	/* The request's body; NULL: the parcel's. */
	void (*body)(struct bytes *b, const struct parcel *p);
	/* What the URL has behind its path, to be freed; NULL: nothing. */
	char *(*query)(const struct parcel *p);
};

/* The one of a URL, or NULL after one line. */
const struct protocol *protocol__of(const char *url);

/* The URL for messages, to be freed: without a user and a password before the host. */
char *url__shown(const char *url);

#endif
