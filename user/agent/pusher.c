/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The loop of the pusher, and how it is started and ended. */
#include "agent/pusher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/ticks.h"
#include "process/ownfilter.h"
#include "process/ownrights.h"

#define FIRST_WAIT_S 1u
#define LAST_WAIT_S  300u
#define LAST_WORD_NS 5000000000ull /* that it may still push in, once it is to end */

struct pushing {
	struct push push;
	const struct spool *spool;
	struct agent_counts *counts;
	int bell;
	bool to_end;	     /* the other end of the bell is closed */
	uint64_t ends_ns;    /* when it gives up then */
	unsigned int wait_s; /* after the last attempt; 0: it was taken */
};

/* --- the bell ----------------------------------------------------------------------------------
 */

/* Whether it is to end, waiting so long for that; a ring ends the wait where it may. */
static bool listen_for(struct pushing *g, uint64_t ms, bool rings)
{
	const uint64_t until = monotonic__ns() + ms * 1000000;
	struct pollfd pfd = {.fd = g->bell, .events = POLLIN};
	uint64_t now = monotonic__ns();
	char rung[64];

	while (!g->to_end) {
		int left = ms == UINT64_MAX ? -1 : now < until ? (int)((until - now) / 1000000) : 0;
		int n = poll(&pfd, 1, left);
		ssize_t got = n > 0 ? read(g->bell, rung, sizeof(rung)) : -1;

		if (!got) {
			g->to_end = true;
			g->ends_ns = monotonic__ns() + LAST_WORD_NS;
		}
		now = monotonic__ns();
		if (!n || (got > 0 && rings))
			break;
	}
	return g->to_end;
}

static bool gives_up(void *arg)
{
	struct pushing *g = arg;

	return listen_for(g, 0, false) && monotonic__ns() > g->ends_ns;
}

/* --- the loop ----------------------------------------------------------------------------------
 */

static void tell_away(struct pushing *g)
{
	if (!g->wait_s)
		err("cannot push to %s: %s; profiles wait in %s, and are tried again",
		    g->push.plan->shown, g->push.why, g->spool->path);
}

static void tell_back(struct pushing *g)
{
	if (g->wait_s)
		info("%s takes profiles again", g->push.plan->shown);
	g->wait_s = 0;
}

/* How long to wait after an attempt that failed: twice as long each time, and never all machines at
 * once. */
static void wait_longer(struct pushing *g)
{
	unsigned int more = g->wait_s ? 2 * g->wait_s : FIRST_WAIT_S;

	g->wait_s = more < LAST_WAIT_S ? more : LAST_WAIT_S;
	if (g->push.later > g->wait_s)
		g->wait_s = g->push.later;
}

static uint64_t pause_ms(const struct pushing *g)
{
	return g->wait_s * 500ull + (uint64_t)random() % (g->wait_s * 500ull + 1);
}

/* False: the other side is away. */
static bool push_one(struct pushing *g, const char *name)
{
	struct parcel p;
	int error = spool__get(g->spool, name, &p);
	enum push_outcome outcome;

	if (error == -EBADMSG) {
		spool__remove(g->spool, name);
		g->counts->refused++;
		err("%s/%s: is no profile that was spooled; it is removed", g->spool->path, name);
	}
	if (error)
		return true;
	outcome = push__one(&g->push, &p);
	parcel__free(&p);
	if (outcome == PUSH_AWAY)
		return false;
	tell_back(g);
	if (outcome == PUSH_REFUSED)
		err("%s refuses a profile, which is dropped: %s", g->push.plan->shown, g->push.why);
	g->counts->refused += outcome == PUSH_REFUSED;
	g->counts->pushed += outcome == PUSH_DONE;
	spool__remove(g->spool, name);
	return true;
}

/* All that is there, as far as it is taken. */
static void push_all(struct pushing *g)
{
	struct spool_list list;
	bool taken = true;

	spool__list(g->spool, g->push.plan->protocol->kind, &list);
	for (size_t i = 0; i < list.n && taken && !gives_up(g); i++)
		taken = push_one(g, list.names[i]);
	spool_list__free(&list);
	if (taken || g->to_end)
		return;
	tell_away(g);
	wait_longer(g);
}

static void work(struct pushing *g)
{
	do {
		push_all(g);
	} while (g->wait_s ? !listen_for(g, pause_ms(g), false) : !listen_for(g, UINT64_MAX, true));
	if (!g->wait_s) /* what the last windows have brought */
		push_all(g);
}

/* --- the process -------------------------------------------------------------------------------
 */

/* A signal to the whole group, as Ctrl-C sends it, is for the agent, which then closes the bell. */
static void ignore_signals(void)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

static _Noreturn void run(const struct push_plan *plan, const struct spool *spool,
			  struct agent_counts *counts, int bell, int ready)
{
	struct pushing g = {.spool = spool, .counts = counts, .bell = bell};

	ignore_signals();
	srandom(getpid() ^ (unsigned int)monotonic__ns());
	if (push__open(&g.push, plan))
		_exit(1);
	g.push.gives_up = gives_up;
	g.push.arg = &g;
	own_rights__give_up();
	own_filter__only(OWN_PUSHES);
	if (write(ready, "r", 1) != 1)
		_exit(1);
	close(ready);
	work(&g);
	_exit(0);
}

int pusher__start(struct pusher *p, const struct push_plan *plan, const struct spool *spool,
		  struct agent_counts *counts)
{
	int bell[2], ready[2];
	char byte;
	bool is_ready;

	if (pipe2(bell, O_CLOEXEC | O_NONBLOCK) || pipe2(ready, O_CLOEXEC))
		return err("cannot start to push: no pipe can be had; raise ulimit -n");
	p->pid = fork();
	if (!p->pid) {
		close(bell[1]);
		close(ready[0]);
		run(plan, spool, counts, bell[0], ready[1]);
	}
	close(bell[0]);
	close(ready[1]);
	p->bell = bell[1];
	is_ready = p->pid > 0 && read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	if (p->pid < 0)
		err("cannot start to push: no process can be had; see ulimit -u");
	else if (!is_ready)
		waitpid(p->pid, NULL, 0);
	if (is_ready)
		return 0;
	pusher__leave(p);
	p->pid = 0;
	return -1;
}

void pusher__ring(const struct pusher *p)
{
	/* a pipe that is full has been rung, and one without a reader will have another */
	if (p->bell >= 0 && write(p->bell, "n", 1) < 0)
		return;
}

void pusher__leave(struct pusher *p)
{
	if (p->bell >= 0)
		close(p->bell);
	p->bell = -1;
}

void pusher__end(struct pusher *p)
{
	pusher__leave(p);
	while (p->pid > 0 && waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
		;
	p->pid = 0;
}
