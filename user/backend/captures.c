/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Captures come and go with their processes. */

#include "backend/members.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/ticks.h"
#include "base/utf8.h"
#include "model/bias.h"
#include "process/family.h"
#include "process/state.h"

struct captures *captures__new(const struct capture_plan *plan)
{
	struct captures *cs = xcalloc(1, sizeof(*cs));

	cs->plan = plan;
	cs->epoll = epoll_create1(EPOLL_CLOEXEC);
	return cs;
}

/* --- one more ----------------------------------------------------------------------------------
 */

static void listen_to(const struct captures *cs, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	if (fd > 0)
		epoll_ctl(cs->epoll, EPOLL_CTL_ADD, fd, &event);
}

static void keep_first(struct captures *cs, const struct member *m)
{
	if (cs->first.backend)
		return;
	cs->bias = m->c->bias;
	cs->first = (struct prof_target){
		.exe = xstrdup(m->in.exe),
		.interpreter = xstrdup(m->in.path),
		.python = *m->in.version_text ? xstrdup(m->in.version_text) : NULL,
		.backend = (char *)m->c->backend->name,
	};
}

void member__release(struct member *m)
{
	capture__free(m->c);
	interp__close(&m->in);
	profile__free(m->before);
	profile__free(m->last);
	free(m->row.command);
	free(m->row.python);
	free(m);
}

/* While it is there to be asked. */
static void describe(struct member *m)
{
	char *command = process__command(m->in.pid);

	m->row = (struct prof_process){
		.pid = m->in.pid,
		.start_ns = monotonic__ns(),
		.command = *command ? utf8_from(command, strlen(command), 0) : NULL,
		.python = *m->in.version_text ? xstrdup(m->in.version_text) : NULL};
	free(command);
}

int captures__begin(struct captures *cs, struct member *m, struct spawn *spawn)
{
	describe(m);
	m->c = capture__begin(&m->plan, &m->in, spawn);
	if (!m->c) {
		member__release(m);
		return -1;
	}
	keep_first(cs, m);
	listen_to(cs, m->in.pidfd);
	listen_to(cs, capture__fd(m->c));
	*ARR_PUSH(cs->v, cs->n) = m;
	return 0;
}

int captures__add(struct captures *cs, struct interp *in, struct spawn *spawn)
{
	struct member *m = xcalloc(1, sizeof(*m));

	m->in = *in;
	m->plan = *cs->plan;
	m->plan.spares = cs->n ? &cs->spares : NULL;
	*in = (struct interp){0};
	return captures__begin(cs, m, spawn);
}

/* --- one less ----------------------------------------------------------------------------------
 */

/* One of several: what all of them together have to say is said once. */
struct profile *member__part(const struct member *m)
{
	struct profile *p = profile__new();

	p->target.pid = m->in.pid;
	profile__add_process(p, &m->row);
	return p;
}

static struct profile *ended_of(struct captures *cs)
{
	if (!cs->ended)
		cs->ended = profile__new();
	return cs->ended;
}

void captures__pass_over(struct captures *cs, pid_t pid, char *why)
{
	detail("process %d is not counted: %s", pid, why ? why : "it ended");
	uncounted__add(&cs->failed, pid, why);
}

int captures__say_passed_over(const struct captures *cs)
{
	char *why = uncounted__text(&cs->failed);

	err("%s", why);
	free(why);
	return -1;
}

/* Ends a capture, and keeps what it has counted. */
static void drop(struct captures *cs, size_t i)
{
	struct member *m = cs->v[i];
	struct profile *p = member__part(m);
	uint64_t calls, lost;
	char *why = NULL, **before;

	session__count(m->c->at.session, &calls, &lost);
	cs->calls += calls;
	cs->lost += lost;
	cs->unfollowed += session__children(m->c->at.session);
	before = log__hold(&why);
	if (capture__end(m->c, p))
		captures__pass_over(cs, m->in.pid, why);
	log__hold(before);
	if (m->last) {
		profile__free(p);
		p = m->last;
		m->last = NULL;
	}
	profile__add(ended_of(cs), member__in_window(cs, m, p));
	cs->v[i] = cs->v[--cs->n];
	member__release(m);
}

static size_t index_of(const struct captures *cs, pid_t pid)
{
	size_t i = 0;

	while (i < cs->n && cs->v[i]->in.pid != pid)
		i++;
	return i;
}

void captures__drop(struct captures *cs, pid_t pid)
{
	size_t i = index_of(cs, pid);

	if (i < cs->n)
		drop(cs, i);
}

void captures__replace(struct captures *cs, pid_t pid)
{
	size_t i = index_of(cs, pid);

	if (i == cs->n)
		return;
	session__forgive_execs(cs->v[i]->c->at.session);
	drop(cs, i);
}

/* --- all of them -------------------------------------------------------------------------------
 */

bool captures__target(const struct captures *cs, struct prof_target *t)
{
	*t = cs->first;
	return cs->first.backend;
}

char *captures__command(const struct captures *cs, pid_t pid)
{
	char *command = process__command(pid);
	size_t i = index_of(cs, pid);

	if (i < cs->n && member__is_over(cs->v[i]))
		*command = '\0'; /* it may be another's */
	return command;
}

int captures__fd(const struct captures *cs)
{
	return cs->epoll;
}

int captures__look_ms(const struct captures *cs)
{
	int ms = CAPTURE_BEAT_MS;

	for (size_t i = 0; i < cs->n; i++) {
		int of_one = capture__look_ms(cs->v[i]->c);

		ms = of_one < ms ? of_one : ms;
	}
	return ms;
}

bool captures__are_behind(const struct captures *cs)
{
	return cs->family && family__is_behind(cs->family);
}

bool member__is_over(const struct member *m)
{
	return !interp__is_there(&m->in);
}

static bool visit(struct captures *cs, bool (*of_one)(struct capture *c))
{
	captures__step(cs);
	for (size_t i = 0; i < cs->n; i++) {
		bool goes_on = of_one(cs->v[i]->c) && !member__is_over(cs->v[i]);

		if (goes_on || cs->family) /* which tells of ends, and of what comes then */
			continue;
		if (cs->n == 1)
			return false; /* its end is the run's */
		drop(cs, i--);
	}
	return cs->n || (cs->family && !family__is_over(cs->family));
}

bool captures__beat(struct captures *cs)
{
	return visit(cs, capture__beat);
}

bool captures__look(struct captures *cs)
{
	return visit(cs, capture__look);
}

void captures__count(const struct captures *cs, uint64_t *calls, uint64_t *lost)
{
	*calls = cs->calls;
	*lost = cs->lost;
	for (size_t i = 0; i < cs->n; i++) {
		uint64_t c, l;

		session__count(cs->v[i]->c->at.session, &c, &l);
		*calls += c;
		*lost += l;
	}
}

static bool is_alone(const struct captures *cs)
{
	return cs->n == 1 && !cs->ended && !cs->v[0]->c->one_of_many;
}

/* What is said of all of them together. */
static void note(const struct captures *cs, struct profile *p)
{
	uint32_t unfollowed = cs->unfollowed;

	for (size_t i = 0; i < cs->n; i++)
		unfollowed += session__children(cs->v[i]->c->at.session);
	capture__note_children(unfollowed, cs->follows ? ": made with CLONE_UNTRACED" : "", p);
	capture__note_patterns(&cs->plan->blocks, p);
	uncounted__note(&cs->failed, "Python process was not profiled",
			"Python processes were not profiled", p);
	uncounted__note(&cs->unseen, "child process could not be followed",
			"child processes could not be followed", p);
	if (cs->late)
		profile__take_note(p, xasprintf("%u child process%s began as the run ended, and "
						"%s not profiled",
						cs->late, cs->late > 1 ? "es" : "",
						cs->late > 1 ? "were" : "was"));
}

static void add_all(struct captures *cs, struct profile *p,
		    void (*read)(struct capture *c, struct profile *p))
{
	const struct prof_target t = p->target;
	uint64_t until = t.start_ns + t.duration_ns; /* parts start at 0 */

	if (cs->ended)
		profile__merge(p, cs->ended);
	for (size_t i = 0; i < cs->n; i++) {
		struct profile *part = member__part(cs->v[i]);

		read(cs->v[i]->c, part);
		until = until < part->target.duration_ns ? part->target.duration_ns : until;
		profile__add(p, member__in_window(cs, cs->v[i], part));
	}
	note(cs, p);
	p->target.duration_ns = until - t.start_ns;
	p->target.sequence = t.sequence;
}

void captures__turn_strips(const struct captures *cs)
{
	for (size_t i = 0; i < cs->n; i++)
		session__turn_strips(cs->v[i]->c->at.session);
}

void captures__snapshot(struct captures *cs, struct profile *p)
{
	if (!is_alone(cs)) {
		add_all(cs, p, capture__snapshot);
		return;
	}
	profile__add_process(p, &cs->v[0]->row);
	capture__snapshot(cs->v[0]->c, p);
}

/* How many run on although the command that they come from has ended, which was all that was
 * asked for. */
static unsigned int outlasting(const struct captures *cs)
{
	unsigned int n = 0;

	if (!cs->root || !cs->root->ended_itself || cs->root->waits)
		return 0;
	for (size_t i = 0; i < cs->n; i++)
		n += !member__is_over(cs->v[i]);
	return n;
}

static void note_outlasting(unsigned int n, struct profile *p)
{
	if (n)
		profile__take_note(p, xasprintf("%u process%s on after the command's end; --wait "
						"counts to the end of all",
						n, n > 1 ? "es ran" : " ran"));
}

int captures__end(struct captures *cs, struct profile *p)
{
	unsigned int outlast;

	if (is_alone(cs)) {
		profile__add_process(p, &cs->v[0]->row);
		return capture__end(cs->v[0]->c, p);
	}
	captures__end_together(cs); /* before any that is born is no more seen */
	captures__stop_following(cs);
	outlast = outlasting(cs);
	while (cs->n)
		drop(cs, 0);
	add_all(cs, p, capture__snapshot);
	note_outlasting(outlast, p);
	if (cs->first.backend)
		return 0;
	return cs->failed.n ? captures__say_passed_over(cs)
			    : err("no Python process was started; nothing was counted");
}

void captures__free(struct captures *cs)
{
	captures__stop_following(cs);
	for (size_t i = 0; i < cs->n; i++)
		member__release(cs->v[i]);
	spares__close(&cs->spares);
	profile__free(cs->ended);
	free(cs->first.exe);
	free(cs->first.interpreter);
	free(cs->first.python);
	close(cs->epoll);
	uncounted__free(&cs->failed);
	uncounted__free(&cs->unseen);
	free(cs->v);
	free(cs);
}
