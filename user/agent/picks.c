/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A table by number and beginning. */
#include "agent/picks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/ticks.h"
#include "cpython/interp.h"
#include "process/insiders.h"
#include "process/state.h"

#define DOUBLED_MOST 6

/* --- who is there ------------------------------------------------------------------------------
 */

static struct pick *find(const struct picks *picks, pid_t pid, uint64_t start)
{
	for (size_t i = 0; i < picks->n; i++) {
		if (picks->v[i].pid == pid && picks->v[i].start == start)
			return &picks->v[i];
	}
	return NULL;
}

/* 0: a thread of the kernel, or gone. */
static uint64_t program_of(pid_t pid)
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	return stat(path, &st) ? 0 : (uint64_t)st.st_dev << 40 ^ st.st_ino;
}

/* What this agent has started: the interpreters that it measures its own cost on. */
static bool is_ours(const struct picks *picks, const struct process_state *s)
{
	return s->parent == getpid() || picks__by_window(picks, s->parent);
}

static void see(struct picks *picks, pid_t pid)
{
	uint64_t program = program_of(pid);
	struct process_state s;
	struct pick *pick;

	if (!program || process_state__read(&s, pid) || is_ours(picks, &s))
		return;
	pick = find(picks, pid, s.start);
	if (!pick)
		pick = ARR_PUSH(picks->v, picks->n);
	if (pick->program != program && !pick->window)
		*pick = (struct pick){.pid = pid, .start = s.start, .program = program};
	pick->here = true;
}

static void find_all(struct picks *picks, struct insiders *in)
{
	if (picks->plan->cgroup)
		insiders__of_cgroup(in, picks->plan->cgroup);
	else if (picks->plan->container)
		insiders__of_container(in, picks->plan->container);
	else
		insiders__of_machine(in);
}

void picks__look(struct picks *picks)
{
	struct insiders in;
	size_t kept = 0;

	for (size_t i = 0; i < picks->n; i++)
		picks->v[i].here = false;
	find_all(picks, &in);
	for (size_t i = 0; i < in.n; i++)
		see(picks, in.pids[i]);
	insiders__free(&in);
	for (size_t i = 0; i < picks->n; i++) {
		if (picks->v[i].here || picks->v[i].window)
			picks->v[kept++] = picks->v[i];
	}
	picks->n = kept;
}

/* --- whose turn it is --------------------------------------------------------------------------
 */

static bool matches(const struct picks_plan *plan, pid_t pid)
{
	char *command;
	bool does;

	if (!plan->match)
		return true;
	command = process__command(pid);
	does = restriction__finds(plan->match, command);
	free(command);
	return does;
}

void pick__put_off(struct pick *pick, uint64_t now_ns, uint64_t by_ns)
{
	pick->due_ns =
		now_ns + (by_ns << (pick->failures < DOUBLED_MOST ? pick->failures : DOUBLED_MOST));
	pick->failures++;
}

static bool look_closer(struct picks *picks, struct pick *pick, uint64_t now_ns)
{
	pick->fits = matches(picks->plan, pick->pid) && interp__is_in(pick->pid);
	if (pick->fits)
		return true;
	pick__put_off(pick, now_ns, picks->plan->look_ns);
	return false;
}

struct pick *picks__due(struct picks *picks, uint64_t now_ns)
{
	struct pick *first = NULL;

	for (size_t i = 0; i < picks->n; i++) {
		struct pick *p = &picks->v[i];

		if (p->window || p->due_ns > now_ns || (!p->fits && !look_closer(picks, p, now_ns)))
			continue;
		if (!first || p->due_ns < first->due_ns)
			first = p;
	}
	return first;
}

uint64_t picks__next_ns(const struct picks *picks)
{
	uint64_t next = UINT64_MAX;

	for (size_t i = 0; i < picks->n; i++) {
		if (!picks->v[i].window && picks->v[i].due_ns < next)
			next = picks->v[i].due_ns;
	}
	return next;
}

struct pick *picks__by_window(const struct picks *picks, pid_t window)
{
	for (size_t i = 0; i < picks->n; i++) {
		if (window && picks->v[i].window == window)
			return &picks->v[i];
	}
	return NULL;
}

void picks__free(struct picks *picks)
{
	free(picks->v);
	*picks = (struct picks){0};
}
