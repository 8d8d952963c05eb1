/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The session as the files of this folder share it; they alone know libbpf's skeleton. Each group
 * of functions is of the file it is named after.
 */
#ifndef BPFPROF_PROBE_INSIDE_H
#define BPFPROF_PROBE_INSIDE_H

#include <bpf/bpf.h>
#include <pthread.h>

#include "probe/session.h"
#include "reader/reader.h"
#include "reader/seed.h"
#include "bpfprof.skel.h"
#include "relay.skel.h"

struct bpf_link;
struct relay;
struct ring_buffer;

struct links {
	struct bpf_link **v;
	size_t n;
	int *multi; /* descriptors of the kernel's later kind, see multi__link */
	size_t nmulti;
};

#define LATE_PROGRAMS 2 /* those of markers */

/* A program as libbpf would have loaded it. */
struct late_program {
	const struct bpf_program *prog;
	struct bpf_insn *insns; /* NULL: it is loaded, or not to be */
	size_t n;
	struct bpf_prog_load_opts opts;
};

struct session {
	struct bpfprof_bpf *bpf;
	struct late_program late[LATE_PROGRAMS];
	struct links watches, probes,
		leaving;	   /* of the tracepoints; of the uprobes, then and now */
	pthread_t leaver;	   /* takes away what is leaving; 0: nothing is */
	struct reader reader;	   /* of the tables, which are mapped here */
	struct ring_buffer *loads; /* NULL: nobody is told of them */
	struct session_setup setup;
	struct relay *relay; /* tells of its process; NULL: tracepoints of its own do */
	uint32_t seat, told; /* there: by which number, and of which process, 0: of none */
	uint64_t missed;     /* events before its process was its own */
	bool proven;	     /* probes count on this kernel */
	enum session_nop5 nop5;
};

/* Whether a session of the one setup is as one of the other. */
bool session__is_for(const struct session_setup *has, const struct session_setup *wanted);

/* After session__retire: as it was when it was opened. */
void session__renew(struct session *s);

/* The object, nothing of it loaded: what session__prepare has opened, or one opened now. NULL with
 * errno on failure. */
struct bpfprof_bpf *opening__take(void);

/* Before objects are opened: a file for libbpf of the kernel's types that the programs need, made
 * at the first need; NULL: libbpf is to read them itself. */
const char *types__file(void);
/* Attaches a program at a tracepoint, or another that libbpf knows how to. NULL with errno. */
struct bpf_link *types__attach(const struct bpf_program *prog);

/* Before objects are opened. 0 or -errno. */
int late__prepare(void);
/* Loads the object, without the late ones of its programs. Returns what bpfprof_bpf__load does. */
int late__load(struct session *s);
/* Loads prog, if it is a late one that was chosen and is not loaded yet. 0 or -errno. */
int late__need(struct session *s, const struct bpf_program *prog);
void late__free(struct session *s);

/* How many elements each table gets for these limits. */
struct table_sizes maps__sizes_of(const struct session_limits *l, bool inlined);
/* Before the load. 0, or not: libbpf refused. */
int maps__set_sizes(struct bpfprof_bpf *bpf, const struct table_sizes *size);
/* After the load: maps the tables of t->size. 0 or -errno. */
int maps__map(struct bpfprof_bpf *bpf, struct tables *t);
void maps__unmap(struct tables *t); /* what is mapped of them */
/* Makes all that is counted zero again. Nobody writes the tables. */
void maps__clear(struct bpfprof_bpf *bpf, struct tables *t);

/* A uprobe of prog, of the kind that was asked for, in the file at path, for one process;
 * p->program is not looked at. 0 or -errno. */
int links__place(struct links *l, const struct bpf_program *prog, pid_t pid, const char *path,
		 const struct probe *p);
void links__remove(struct links *l); /* all that was placed */
/* Uprobes of another kind, Linux 6.10 and later: they take no CAP_SYS_ADMIN, and to take one out
 * delays no other, for the kernel does not hold what is needed to place one while it waits for
 * programs that still run. A child that the process has forked keeps them, and pays for them, until
 * they are taken out. */
bool multi__works(void);
void multi__ask_for(struct bpf_program *prog); /* before the load; then prog is of no other kind */
bool multi__is_asked_for(const struct bpf_program *prog);
/* A descriptor, or -errno. */
int multi__link(const struct bpf_program *prog, pid_t pid, const char *path, const struct probe *p);
/* Has the tracepoints of all backends watch its process. 0 or -errno. */
int links__watch_threads(struct session *s);
void links__drop(struct session *s); /* all of them */
/* Events that its programs, and those which they share, were not run for so far. */
uint64_t session__missed(const struct session *s);

/* Tells what happens in the process (a number in the initial pid namespace; 0: none) to the session
 * from now on, which shares it. 0 or -errno. */
int relay__tell(struct session *s, uint32_t tgid);
void relay__forget(struct session *s); /* no more; idempotent */
void relay__leave(struct session *s);  /* the session ends */
const struct bpf_object *relay__object(const struct relay *r);

/* Whether a uprobe's program may sleep and yet use all of our maps: Linux 6.0 and later, by map. */
bool trials__uprobes_may_sleep(void);
/* Whether events of a probe arrive. 0; -1 after one line. */
int trials__probes_count(struct session *s);

/* Whether processes have other numbers in the initial pid namespace than in ours. */
bool tgid__differs(void);
/* The number there; 0 after one line: not known. */
pid_t tgid__of(struct session *s, pid_t pid);
/* The target's threads, once it is probed; .v is to be freed, and .n is 0 where the numbers are the
 * same, or not known. */
struct numbers tgid__threads(struct session *s);

/* Has the programs tell of libraries that the process loads; where the kernel cannot, s->loads
 * stays NULL. */
void loads__open(struct session *s);

#endif
