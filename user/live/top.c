/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The loop of the live screen. */
#include "live/top.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/progress.h"
#include "base/thread.h"
#include "live/top_keys.h"
#include "live/top_source.h"
#include "live/top_term.h"
#include "live/top_view.h"
#include "process/ownrights.h"

struct top {
	struct top_plan plan;
	pthread_t thread;
	int wake;	       /* eventfd: something has come */
	int gone;	       /* eventfd: the screen is left */
	pthread_mutex_t lock;  /* of the next three */
	struct profile *fresh; /* a reading that has come; NULL: none */
	bool last;	       /* it was the last */
	bool leave;	       /* at once */
	/* the thread's own */
	struct profile *latest; /* as measured; NULL: none yet */
	struct top_model *model;
	struct top_state state;
	int quits;    /* times that the user wanted to leave */
	bool pending; /* the latest was not fed yet: the screen was paused */
	bool ended;
};

static void signal_event(int fd)
{
	const uint64_t one = 1;

	while (write(fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

/* --- readings ----------------------------------------------------------------------------------
 */

static void feed(struct top *t)
{
	struct profile *shown;

	if (!t->pending || t->state.paused)
		return;
	t->pending = false;
	shown = t->plan.shown(t->plan.arg, t->latest);
	top_model__feed(t->model, shown);
	profile__free(shown);
}

/* Stays for who wants to see how it ended. */
static void take_last(struct top *t)
{
	if (t->quits || *t->plan.ended_by)
		t->ended = true;
	t->state.paused = false;
	t->state.ended = "IT HAS ENDED: q quits";
}

static void take(struct top *t)
{
	struct profile *fresh;
	bool last;

	pthread_mutex_lock(&t->lock);
	fresh = t->fresh;
	last = t->last;
	t->ended |= t->leave;
	t->fresh = NULL;
	pthread_mutex_unlock(&t->lock);
	if (last)
		take_last(t);
	if (!fresh)
		return;
	profile__free(t->latest);
	t->latest = fresh;
	t->pending = true;
}

/* --- what keys want ----------------------------------------------------------------------------
 */

static void quit(struct top *t)
{
	if (t->state.ended) {
		t->ended = true;
		return;
	}
	snprintf(t->state.message, sizeof(t->state.message), "%s",
		 t->quits ? "Asked again to end" : "Ending");
	kill(getpid(), t->quits ? SIGTERM : SIGINT);
	t->quits++;
}

static void save(struct top *t)
{
	char *said;

	if (!t->latest)
		return;
	said = t->plan.save(t->plan.arg, t->latest, t->state.typed);
	snprintf(t->state.message, sizeof(t->state.message), "%s", said);
	free(said);
}

static void edit(struct top *t)
{
	const struct top_func *f = top_keys__func(t->model, &t->state);
	const char *why = "No function is selected";

	if (f)
		why = top_source__open(t->model->pid,
				       t->model->keys->funcs[f - t->model->funcs].file, f->line);
	snprintf(t->state.message, sizeof(t->state.message), "%s", why ? why : "");
}

static void suspend(struct top *t)
{
	(void)t;
	top_term__suspend();
}

static void redraw(struct top *t)
{
	(void)t;
	top_term__redraw();
}

static void (*const effects[])(struct top *) = {
	[TOP_QUIT] = quit, [TOP_SUSPEND] = suspend,  [TOP_REDRAW] = redraw,
	[TOP_EDIT] = edit, [TOP_SAVE_REPORT] = save,
};

static void press(struct top *t, uint32_t key)
{
	enum top_effect effect = top_keys__press(t->model, &t->state, key);

	if (effect != TOP_NOTHING)
		effects[effect](t);
}

/* The terminal went away: there is nothing to be seen any more. */
static void hang_up(struct top *t)
{
	t->ended = true;
	kill(getpid(), SIGHUP);
}

/* --- the loop ----------------------------------------------------------------------------------
 */

static void draw(struct top *t)
{
	char doing[160];
	struct top_grid g;

	progress__text(doing, sizeof(doing));
	top_term__size(&t->state.rows, &t->state.columns);
	g = top_view__draw(t->model, &t->state, doing);
	top_term__draw(&g);
	top_grid__free(&g);
}

static void wait(struct top *t)
{
	struct pollfd pfd[] = {{.fd = t->wake, .events = POLLIN},
			       {.fd = top_term__keys_fd(), .events = POLLIN},
			       {.fd = top_term__signals_fd(), .events = POLLIN}};
	uint64_t n;
	uint32_t key;

	if (poll(pfd, 3, t->model->readings ? -1 : PROGRESS_MS) < 0)
		return;
	if (pfd[0].revents && read(t->wake, &n, sizeof(n)) == sizeof(n))
		take(t);
	if (pfd[2].revents)
		top_term__look();
	if (pfd[1].revents & (POLLHUP | POLLERR | POLLNVAL))
		hang_up(t);
	while (!t->ended && (key = top_term__key()))
		press(t, key);
}

static void *work(void *arg)
{
	struct top *t = arg;

	own_rights__lessen(true); /* it was started before the others gave up theirs */
	while (!t->ended) {
		feed(t);
		draw(t);
		wait(t);
	}
	signal_event(t->gone);
	return NULL;
}

static struct top *start(struct top *t)
{
	int error = thread__start(&t->thread, work, t);

	if (!error)
		return t;
	top_term__end();
	err("top: cannot draw: %s; free some threads and retry", strerror(error));
	return NULL;
}

struct top *top__begin(const struct top_plan *plan)
{
	struct top *t;

	if (top_term__begin())
		return NULL;
	t = xcalloc(1, sizeof(*t));
	*t = (struct top){.plan = *plan,
			  .wake = eventfd(0, EFD_CLOEXEC),
			  .gone = eventfd(0, EFD_CLOEXEC),
			  .lock = PTHREAD_MUTEX_INITIALIZER,
			  .model = top_model__new(),
			  .state = top_state__new()};
	t->state.ascii = top_term__is_ascii();
	return start(t);
}

/* --- the sink ----------------------------------------------------------------------------------
 */

static void leave(struct top *t)
{
	pthread_mutex_lock(&t->lock);
	t->leave = true;
	pthread_mutex_unlock(&t->lock);
	signal_event(t->wake);
}

static int write_reading(void *arg, const struct profile *p, bool last, int stop_fd)
{
	struct top *t = arg;
	struct pollfd pfd[] = {{.fd = t->gone, .events = POLLIN},
			       {.fd = stop_fd, .events = POLLIN}};
	struct profile *copy = profile__copy(p);

	pthread_mutex_lock(&t->lock);
	profile__free(t->fresh);
	t->fresh = copy;
	t->last = last;
	pthread_mutex_unlock(&t->lock);
	signal_event(t->wake);
	while (last && poll(pfd, 2, -1) < 0)
		;
	if (last && !pfd[0].revents)
		leave(t);
	return 0;
}

struct sink top__sink(struct top *t)
{
	return (struct sink){write_reading, t};
}

void top__end(struct top *t)
{
	if (!t)
		return;
	leave(t);
	pthread_join(t->thread, NULL);
	top_term__end();
	close(t->wake);
	close(t->gone);
	profile__free(t->fresh);
	profile__free(t->latest);
	top_model__free(t->model);
	top_state__free(&t->state);
	free(t);
}
