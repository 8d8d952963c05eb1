/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A family as its files share it. */
#ifndef BPFPROF_KIN_H
#define BPFPROF_KIN_H

#include <stddef.h>

#include "base/priority.h"
#include "process/family.h"
#include "process/stops.h"

struct kin_thread {
	pid_t tid;
	bool stopped;
	int status;    /* of the stop, which is to be answered yet */
	uint64_t prot; /* stop__mapped_code */
};

/* A process. */
struct kin {
	pid_t pid;
	struct kin_thread *threads;
	size_t nthreads;
	pid_t answering;	/* the thread whose stop is being answered; 0: none */
	bool again;		/* each mapping of code is looked at */
	struct breakpoint goal; /* what it is run to */
};

/* One whose parent has told of it, and which has not stopped yet: what the parent was run to then,
 * which it has a copy of, and which the parent may not live to tell. */
struct kin_unborn {
	pid_t tid; /* 0: nobody has told */
	bool again;
	struct breakpoint goal;
};

/* What waitpid has said of a thread. */
struct kin_event {
	pid_t tid;
	int status;
};

struct family {
	struct family_eyes eyes;
	struct kin **v;
	size_t n;
	struct kin_event *later; /* process/putoff.c */
	size_t nlater;
	struct kin_unborn *unborn;
	size_t nunborn;
	struct priority before; /* ours, while one is held */
	bool busy;		/* one was handed over in this step, which takes long */
};

#define KIN_OPTIONS                                                                                \
	(PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |   \
	 PTRACE_O_TRACECLONE)

struct kin *family__kin(const struct family *f, pid_t pid); /* NULL: it is none of it */
/* Adds a process of that number; valid until it is removed. */
struct kin *family__add(struct family *f, pid_t pid);
void family__remove(struct family *f, struct kin *k);

struct kin_thread *kin__thread(const struct kin *k, pid_t tid); /* NULL: not known */
/* Adds a thread, valid until the next one; kin__forget drops one that has ended. */
struct kin_thread *kin__add(struct kin *k, pid_t tid);
void kin__forget(struct kin *k, pid_t tid);

/* The thread's process; NULL: it is none of it. */
struct kin *family__of_thread(const struct family *f, pid_t tid);

/* The signal that a stop has kept from a thread; 0: none. */
int kin__signal(int status);
/* Answers the stop of a thread, which runs on then. */
void kin__resume(const struct kin *k, struct kin_thread *t);

/* Whether a stop with that status tells that another thread or process is there, or will be. */
bool kin__is_birth(int status);
/* Whom this thread, stopped to tell of a birth, tells of. */
void family__expect(struct family *f, pid_t parent);
/* What is known of one before it is met, who is no more unborn then. */
struct kin_unborn family__meet(struct family *f, pid_t tid);

/* Whether it runs in its parent's memory, as a child of vfork does until it ends or becomes another
 * program. */
bool kin__shares_memory(pid_t pid);
/*
 * What was heard while one of them was held, and waits to be answered, in that order. A stop is
 * there once, however often its process is held meanwhile: who answered it twice would take a
 * breakpoint of ours for the program's code.
 */
void family__put_off(struct family *f, pid_t tid, int status);
bool family__next(struct family *f, struct kin_event *e); /* takes it; false: there is none */
/* Takes the next stop of a thread of k's. */
bool family__next_stop(struct family *f, const struct kin *k, struct kin_event *e);

/* Does what an event asks for. */
void family__hear(struct family *f, pid_t tid, int status);

#endif
