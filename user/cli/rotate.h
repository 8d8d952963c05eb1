/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Outputs of a run that goes on: each interval in files of its own, named by when it began. */
#ifndef BPFPROF_ROTATE_H
#define BPFPROF_ROTATE_H

#include "cli/output.h"

struct profile;

struct rotate {
	const struct opts *o;
	struct profile *unwritten; /* the interval that could not be written; NULL: none */
	struct profile *before;	   /* what earlier files hold; NULL: nothing yet */
	struct rotated {	   /* what was written and is there, the oldest first */
		char *path;
		dev_t dev;
		ino_t ino;
	} * files;
	size_t nfiles;
	char *last;	    /* the moment in the last names */
	unsigned int again; /* how often it came again since */
	bool told;	    /* what the formats leave out */
	bool failing;	    /* the last interval could not be written */
};

/* As output__open: whether the first files can be written. 0 or -1 after err(). */
int rotate__open(struct rotate *r, const struct opts *o);
void rotate__close(struct rotate *r);

/* As output__sink; arg: struct rotate. Readings of the whole run come, and what has happened since
 * the last one that could be written is. Nothing ends because one cannot. */
int rotate__sink(void *arg, const struct profile *p, bool last, int stop_fd);

#endif
