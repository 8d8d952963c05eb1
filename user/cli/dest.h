/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where bytes go: stdout, a file, or what else has a name (a FIFO, a device).
 *
 * A file gets its new content at once, by a fresh file beside it that takes its name: what was
 * there before stays as it is until then, and if anything fails. Symbolic links are not followed.
 */
#ifndef BPFPROF_DEST_H
#define BPFPROF_DEST_H

#include <stdbool.h>
#include <stddef.h>

struct dest {
	const char *path; /* as the user named it; NULL: stdout */
	int fd;		  /* a stream's; -1: it is a file */
	int dir;	  /* a file's directory */
	const char *name; /* and name in it */
	int grows;	  /* a file that is appended to; -1: none so far */
};

/* Looks whether it can be written, and leaves nothing behind. path: NULL for stdout. 0, or -1 after
 * one line. */
int dest__open(struct dest *d, const char *path);

/* All of it. Gives up on a stream that takes nothing once stop_fd (-1: none) is readable:
 * -ECANCELED. 0 or -errno; EPIPE comes as a signal too, unless that is blocked. */
int dest__write(const struct dest *d, const char *buf, size_t size, int stop_fd);

/* A piece more. A file begins with the first one, in the place of what was there, and when one
 * fails it is what it was before, so that the next may follow; after a part of a piece a stream
 * cannot go on. Otherwise as above. */
int dest__append(struct dest *d, const char *buf, size_t size, int stop_fd);

/* Whether it is a file that something stands in already. */
bool dest__is_taken(const struct dest *d);

void dest__close(struct dest *d);

#endif
