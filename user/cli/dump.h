/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The stacks of one moment, as text and as JSON. */
#ifndef BPFPROF_DUMP_H
#define BPFPROF_DUMP_H

#include <stdio.h>

#include "cpython/moment.h"
#include "cpython/names.h"
#include "hook/times.h"

/* One thread of the process: of Python, of the kernel, mostly of both. */
struct dump_thread {
	pid_t tid; /* 0: a thread state that no thread has */
	bool is_main;
	const struct py_thread *python;	    /* NULL: it runs no Python */
	const struct moment_thread *native; /* NULL: see tid */
	const char *name;		    /* Python's; NULL: it has none */
	char *comm;			    /* the kernel's name of it; NULL: it has ended since */
};

struct dump {
	const struct interp *in;
	const struct py_moment *m;
	struct dump_thread *threads; /* the main thread, then by number */
	size_t n;
	struct py_names *names;
	const struct open_times *times; /* NULL: nobody profiles it in a way that tells */
};

/* Fills in the threads of d->m, whose process is d->in's and runs again. */
void dump__list(struct dump *d);
void dump__free(struct dump *d);

/* Each writes all of it; 0, or -1 where memory or out fails. */
int dump__text(const struct dump *d, FILE *out);
int dump__json(const struct dump *d, FILE *out);

/* Whether the system call that it is in waits for the GIL. */
bool dump__waits_for_gil(const struct dump_thread *t);

/* Why frames or threads are missing, in a few words; NULL: none are. */
const char *dump__cut(uint8_t cut);

#endif
