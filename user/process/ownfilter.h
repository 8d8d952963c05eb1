/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A seccomp filter for bpfprof itself, once what is left to be done is known. */
#ifndef BPFPROF_OWNFILTER_H
#define BPFPROF_OWNFILTER_H

/* Work that is left, beside reading files that others may have written and writing what came of
 * them. Who enters further processes has no filter: to one that has, the kernel shows none of
 * theirs, and they would inherit it who are started. */
enum own_work {
	OWN_PUSHES = 1, /* to a server: takes sockets */
	OWN_SHOWS = 2,	/* on a terminal: starts editors */
	OWN_COUNTS = 4, /* reads, stops and leaves the processes that it has entered */
	OWN_PROBES = 8, /* the same, and loads and attaches probes */
	OWN_STOPS = 16, /* stops a process, reads it, and leaves it as it was */
};

/*
 * From now on what the work (of enum own_work, or 0: none but files) does not take fails with EPERM
 * for every thread of this process and what it starts: to start a program or a process, to open a
 * socket, to trace or look into another process, to load BPF; and for any work to change users,
 * mounts or modules. For good. Where the kernel has no seccomp, nothing happens.
 */
void own_filter__only(unsigned int work);

#endif
