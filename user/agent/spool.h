/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A directory of profiles that are to be pushed, the oldest first. Each is a file that gets its
 * name once it is whole. One agent has a directory to itself. Processes of one agent may use it at
 * a time: who puts, who takes and who bounds are others.
 */
#ifndef BPFPROF_SPOOL_H
#define BPFPROF_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/label_set.h"

struct spool {
	const char *path;
	int dir;
	uint64_t most; /* bytes that it may hold */
};

/* A profile on its way. */
struct parcel {
	char id[37];		   /* a UUID, the same each time it is pushed */
	uint64_t start_ns, end_ns; /* since the epoch */
	struct label_set labels;
	char *body; /* to be freed, as the labels are */
	size_t size;
};

/* What stands in it. */
struct spool_list {
	char **names; /* in the order of time */
	size_t n;
	uint64_t bytes;
};

/* Opens it, made where it is missing, and takes it for this process and its children. What others
 * may write is refused. 0, or -1 after one line. */
int spool__open(struct spool *s, const char *path, uint64_t most);
void spool__close(struct spool *s);

/* Puts a parcel into it; kind says what the body is, and ends the file's name. 0, or -1 after one
 * line: the parcel is lost. */
int spool__put(const struct spool *s, const char *kind, struct parcel *p);
/* What the process of that number has begun to put, and will not end. */
void spool__forget(const struct spool *s, pid_t writer);

/* Those of a kind, or all (NULL). */
void spool__list(const struct spool *s, const char *kind, struct spool_list *list);
void spool_list__free(struct spool_list *list);

/* Reads one. 0, or -errno: -ENOENT: it is gone meanwhile; -EBADMSG: it is none. */
int spool__get(const struct spool *s, const char *name, struct parcel *p);
/* Removes one that was pushed or refused. */
void spool__remove(const struct spool *s, const char *name);

/* Removes the oldest as long as there is more than it may hold; how many. */
unsigned int spool__bound(const struct spool *s);

void parcel__name(struct parcel *p); /* gives it an id */
void parcel__free(struct parcel *p);

#endif
