/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The BPF side of a capture: open (choose sizes and programs, load) -> attach (place probes, prove
 * that they count) -> detach -> drain (into a profile) -> close. Knows no Python; what the programs
 * have to know of one comes in the setup. Each step prints its own one-line error. Not thread-safe.
 */
#ifndef BPFPROF_SESSION_H
#define BPFPROF_SESSION_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bpfprof/abi.h"
#include "cpython/stands.h"
#include "model/profile.h"

struct session;

/* Limits of the tables, in elements; the memory they take is fixed at start. */
struct session_limits {
	uint32_t functions;  /* code objects */
	uint32_t edges;	     /* (thread, caller, callee) triples */
	uint32_t frames;     /* open calls of all threads together */
	uint32_t threads;    /* alive at a time; also rows of the thread table */
	uint32_t blocks;     /* (thread, block) pairs */
	uint32_t timeline;   /* calls kept that ended last; 0: none */
	uint32_t coroutines; /* begun and not ended; 0: they are not timed */
	bool io;	     /* reads and writes are counted */
	uint32_t strips;     /* of each thread, what it did when: 1, or 2 to begin them anew */
	bool by_thread;	     /* functions are told by thread too */
	bool paths;	     /* edges are call paths: (thread, caller's path, callee) */
};

extern const struct session_limits session_limits_default;
#define SESSION_COROUTINES 65536  /* by default, where they are timed */
#define SESSION_PATHS	   524288 /* edges, by default, where they are call paths */

/* Whether the memory for tables of these limits is free now. 0, or -1 after one line. */
int session__fits(const struct session_limits *limits);

/* What is known of 5-byte nops as probe sites. */
enum session_nop5 { SESSION_NOP5_UNKNOWN, SESSION_NOP5_NOT, SESSION_NOP5_CHEAPER };

/* What is fixed before the programs are loaded. */
struct session_setup {
	struct session_limits limits;
	const char *const *programs; /* of the backend; ends with NULL */
	struct acc_layout layout;
	struct acc_stands stands;   /* usdt: of coroutines, where they are timed */
	struct stands_yield yields; /* likewise, by any backend */
	bool many_sites;	    /* usdt: a probe has several sites, told apart by cookie */
	struct acc_site entry_sites[ACC_SITES], return_sites[ACC_SITES];
	const struct acc_pattern *patterns; /* functions that are blocks; as long as the session */
	uint32_t npatterns;		    /* ACC_PATTERNS of them at most are used */
	bool markers;			    /* markers may be probed */
	bool inlined;			    /* the process accounts itself, in ticks */
	enum session_nop5 nop5;		    /* found by an earlier session on this kernel */
	bool proven;			    /* and that probes count, likewise */
};

/* The process to be watched. */
struct session_target {
	pid_t pid;
	int pidfd;	       /* of the same process; 0: none */
	bool launched;	       /* it has not run any Python yet, so no frame can be open */
	uint64_t unicode_type; /* eval */
	uint64_t next_number;  /* where it is, of interpreters entered one by one; 0: of none */
	bool counts_later;     /* nothing is counted before session__begin */
	bool follows;	       /* we trace what it starts, from birth */
};

/* One probe: a place in a file, for one process. */
struct probe {
	const char *program;
	uint64_t offset, sema_offset; /* in the file */
	uint64_t cookie;
	uint64_t addr; /* where the process has it mapped */
};

/* Begins what the next session__open needs of any session, on a thread of its own. */
void session__prepare(void);

struct session *session__open(const struct session_setup *setup); /* NULL on error */

/* A table as another process can map it: a mmapable BPF map. */
struct session_table {
	int fd;
	uint64_t bytes;
	uint32_t count; /* of its elements */
};

/* The tables that an inline stub works on, by enum stub_table. */
void session__tables(const struct session *s, struct session_table *tables);

/* Whether a 5-byte nop is the cheaper probe site on this kernel, counts (Linux 6.18 and later may
 * turn it into a call), and lets forked children live. Takes a millisecond. */
bool session__nop5_is_cheaper(struct session *s);
/* What was found out of it so far. */
enum session_nop5 session__nop5(const struct session *s);

/* Places the probes in the file at path, for the target, and proves that they stand there. 0 or -1.
 */
int session__attach(struct session *s, const struct session_target *target, const char *path,
		    const struct probe *probes, size_t n);

struct seed;

/* Begins to count, where the target has it wait. */
void session__begin(struct session *s);

/* Counts nothing any more: to be called as calls cease to be followed, while the process stands
 * still if that is what makes them cease; by a child of ours, too. Idempotent. */
void session__stop(struct session *s);

/* Whether processes that we fork have the tables. They do not while nobody says so: to copy how ten
 * thousands of pages are mapped takes a millisecond. */
void session__lend(struct session *s, bool lent);

/* Puts what is open now, as seed->stacks have it, into the tables: *threads had frames open. The
 * process stands still. NULL, or why that cannot be done. */
const char *session__seed(struct session *s, struct seed *seed, uint32_t *threads);
/* Later: gives these threads the names that the kernel has for them. */
void session__name_seeded(struct session *s, uint32_t threads);

/* Places that of bpfp_block_load at p, such that it can go without others waiting for it if the
 * kernel has such probes. 0 or -errno. */
int session__probe_loader(struct session *s, pid_t pid, const char *path, const struct probe *p);

/* Places more probes, while it runs. 0 or -errno. */
int session__probe(struct session *s, pid_t pid, const char *path, const struct probe *probes,
		   size_t n);

/* A descriptor that polls readable once the process has loaded libraries; -1: it is not told. */
int session__loads_fd(const struct session *s);
/* Loads that a look now will cover, and, after it, that they have been. */
uint32_t session__loads(struct session *s);
void session__loads_looked_at(struct session *s, uint32_t loads);
/* Loads that went on before that. */
uint32_t session__loads_late(const struct session *s);

/* Inline: tells the kernel's side the ratio of the clocks. To be called on each beat. */
void session__set_rate(struct session *s);

/* Where the GILs of the process are, ACC_GILS of them at most, and at which offset in a thread
 * state is what pthread_self() returns there. */
void session__set_gils(struct session *s, const struct acc_range *gils, size_t n,
		       uint32_t thread_id);

/* Where interpreters are that may have GILs of their own: those that begin between two calls of
 * this are seen by the kernel's side. After session__set_gils. */
struct session_interps {
	uint64_t newest; /* address of the newest one's */
	uint32_t next, id,
		gil; /* offsets in each: the one before it, its number, its GIL's address */
};

void session__set_interps(struct session *s, const struct session_interps *interps);

/* What blocks have counted so far counts no more. */
void session__clear_blocks(struct session *s);

/* Has the probes placed so far taken out, while others are placed: the kernel takes a tenth of a
 * second for each, and one that is left behind in the same file delays each event of the others. */
void session__unprobe(struct session *s);

/* Counts nothing any more, and its probes go, likewise. What was counted can be drained then. */
void session__retire(struct session *s);

/* Until they are gone. No program may keep a thread waiting meanwhile: the kernel would wait for it
 * with a lock held that every other probe needs. */
void session__wait_unprobed(struct session *s);

/* Whether they are, without waiting. */
bool session__is_unprobed(struct session *s);

/* Takes the probes out; the process runs on at full speed. Idempotent. */
void session__detach(struct session *s);

/* Adds what has been counted so far to p, while it counts on; frames that are open are closed
 * there.
 */
void session__snapshot(struct session *s, struct profile *p);

/* Counts no more and adds what was counted to p. Probes are taken out by session__close: that takes
 * the kernel a tenth of a second each. */
void session__drain(struct session *s, struct profile *p);

/* After a drain: forgets all that was counted, so that another process can be watched. */
void session__reset(struct session *s);

/* How many calls were counted so far, and how many events lost. */
void session__count(const struct session *s, uint64_t *calls, uint64_t *lost);
/* The count of a loss so far; for those that show while it runs. */
uint64_t session__loss(const struct session *s, enum acc_loss loss);
/* What was counted by now, but for the frames that are open. While nothing is being counted. */
void session__peek(const struct session *s, struct profile *p);
/* Figures begin at zero again, and what is known of functions stays. While nothing is being
 * counted.
 */
void session__forget(struct session *s);
/* The pace since the last call of this, or the start. While nothing is being counted. */
struct prof_pace session__lap(struct session *s);

/* Adds to a loss that user space found. */
void session__lose(struct session *s, enum acc_loss loss, uint64_t n);

/* As the process last had it where the target said; 0: it was not seen. */
int64_t session__next_number(const struct session *s);

/* Who took the process's place was followed, so that nothing is lost: until the drain no reading
 * tells of it. */
void session__forgive_execs(struct session *s);

/* Threads that have made a call so far, those that were there before too. */
uint32_t session__threads(const struct session *s);

/* The same of those without the GIL: where each has the words about stops of its world. */
void session__set_worlds(struct session *s, const struct acc_range *worlds, size_t n,
			 const struct acc_world *world);

/* Whether coroutines are timed from start to end. */
bool session__times_coroutines(const struct session *s);

/* Processes that the process has started so far, and that nobody here follows. */
uint32_t session__children(const struct session *s);

/* What threads did when is told anew from the next snapshot on, where each has two strips. */
void session__turn_strips(struct session *s);

/* The first site of the entry probe found the interpreter's frame in a register. */
bool session__frame_found(const struct session *s);

void session__close(struct session *s); /* accepts NULL */

#endif
