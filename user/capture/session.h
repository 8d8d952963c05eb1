/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A capture session: open (choose sizes, load the BPF programs) -> attach (to one process) ->
 * detach -> drain (into a profile) -> close. Each step prints its own one-line error.
 * Not thread-safe.
 */
#ifndef BPFPROF_SESSION_H
#define BPFPROF_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct interp;
struct profile;
struct session;

/* Limits of the tables, in elements; the memory they take is fixed at start. */
struct session_limits {
	uint32_t functions; /* code objects */
	uint32_t edges;	    /* (thread, caller, callee) triples */
	uint32_t frames;    /* open calls of all threads together */
	uint32_t threads;   /* alive at a time; also rows of the thread table */
};

extern const struct session_limits session_limits_default;

/* Bytes of kernel memory that a session of these limits takes. */
uint64_t session__memory(const struct session_limits *limits);

/* Loads the programs for this interpreter. launched: the process has not run any Python yet, so
 * no frame can be open. NULL on error. */
struct session *session__open(const struct interp *in, const struct session_limits *limits,
			      bool launched);

/* Places the probes in the process in->pid and proves that they count. 0 or -1. */
int session__attach(struct session *s, const struct interp *in);

/* Takes the probes out; the process runs on at full speed. Idempotent. */
void session__detach(struct session *s);

/* Detaches and adds what was counted to p. */
void session__drain(struct session *s, struct profile *p);

void session__close(struct session *s); /* accepts NULL */

/* CLOCK_MONOTONIC, the clock of the probes, in ns. */
uint64_t session__now(void);

#endif
