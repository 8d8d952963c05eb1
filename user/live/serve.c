/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The server's life, and the readings that come to it. */
#include "live/serve.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "live/serve_state.h"
#include "process/ownrights.h"

#define CLIENTS	  512u /* at a time; who comes then has to wait */
#define SILENCE_S 15u  /* in which a client takes or says nothing */

/* --- readings ----------------------------------------------------------------------------------
 */

struct reading *serve__keep_latest(struct serve *s)
{
	if (s->latest)
		s->latest->uses++;
	return s->latest;
}

void serve__drop(struct reading *r)
{
	if (!r || --r->uses)
		return;
	profile__free(r->p);
	free(r);
}

bool serve__is_due(const struct request *r)
{
	const struct reading *latest = r->s->latest;

	if (r->s->ended)
		return true;
	if (!latest)
		return false;
	if (r->follows)
		return !r->since || latest->number > r->since->number;
	return latest->p->target.duration_ns >= r->due_ns;
}

void serve__wait(struct request *r)
{
	r->next = r->s->waiting;
	r->s->waiting = r;
	httpd.suspend_connection(r->connection);
}

void serve__leave(struct request *r)
{
	const uint64_t one = 1;
	struct serve *s = r->s;
	unsigned int *count = r->follows ? &s->followers : &s->spans;

	--*count;
	serve__drop(r->since);
	r->since = NULL;
	if (!s->followers && !s->spans && write(s->left, &one, sizeof(one)) < 0)
		errno = 0; /* it is readable already */
}

/* Lets those go on that need not wait any more. */
static void resume(struct serve *s)
{
	struct request **at = &s->waiting, *r;

	while ((r = *at)) {
		if (!serve__is_due(r)) {
			at = &r->next;
			continue;
		}
		*at = r->next;
		httpd.resume_connection(r->connection);
	}
}

static void count(struct serve *s, const struct profile *p)
{
	struct profile *shown = s->plan.shown(s->plan.arg, p);

	pthread_mutex_lock(&s->counting);
	serve_counters__feed(s->counters, shown);
	pthread_mutex_unlock(&s->counting);
}

static void publish(struct serve *s, const struct profile *p, bool last)
{
	struct reading *r = xcalloc(1, sizeof(*r));

	*r = (struct reading){.p = profile__copy(p), .uses = 1};
	pthread_mutex_lock(&s->lock);
	serve__drop(s->latest);
	r->number = ++s->readings;
	s->latest = r;
	s->ended = last;
	resume(s);
	pthread_mutex_unlock(&s->lock);
}

/* Until those who follow have had their end, or stop_fd is readable. */
static void see_off(struct serve *s, int stop_fd)
{
	struct pollfd pfd[] = {{.fd = s->left, .events = POLLIN},
			       {.fd = stop_fd, .events = POLLIN}};
	uint64_t before;
	bool any;

	if (read(s->left, &before, sizeof(before)) < 0)
		errno = 0; /* nobody has left so far */
	pthread_mutex_lock(&s->lock);
	any = s->followers || s->spans;
	pthread_mutex_unlock(&s->lock);
	while (any && poll(pfd, 2, SERVE_PATIENCE_MS) < 0 && errno == EINTR)
		;
}

static int take(void *arg, const struct profile *p, bool last, int stop_fd)
{
	struct serve *s = arg;

	count(s, p);
	publish(s, p, last);
	if (last)
		see_off(s, stop_fd);
	return 0;
}

struct sink serve__sink(struct serve *s)
{
	return (struct sink){take, s};
}

/* --- its life ----------------------------------------------------------------------------------
 */

static int listen_at(struct serve_guard *g)
{
	int fd = socket(g->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const int one = 1;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (!bind(fd, (const void *)&g->address, g->size) && !listen(fd, SOMAXCONN) &&
	    !getsockname(fd, (void *)&g->address, &g->size))
		return fd;
	close(fd);
	return -errno;
}

static struct MHD_Daemon *start(struct serve *s, int fd)
{
	unsigned int flags = MHD_USE_AUTO_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;

	return httpd.start_daemon(flags, 0, NULL, NULL, serve__answer, s, MHD_OPTION_LISTEN_SOCKET,
				  fd, MHD_OPTION_CONNECTION_LIMIT, CLIENTS,
				  MHD_OPTION_CONNECTION_TIMEOUT, SILENCE_S,
				  MHD_OPTION_NOTIFY_COMPLETED, serve__completed, s, MHD_OPTION_END);
}

struct starting {
	struct serve *s;
	int fd, error;
};

static void *start_in_thread(void *arg)
{
	struct starting *st = arg;

	own_rights__only_read();
	st->s->daemon = start(st->s, st->fd);
	st->error = st->s->daemon ? 0 : errno;
	return NULL;
}

/* Of rights and signals libmicrohttpd's thread has those of who starts it, so that is no thread
 * that has any. */
static int start_without_rights(struct serve *s, int fd)
{
	struct starting st = {s, fd, 0};
	pthread_t thread;
	int error = thread__start(&thread, start_in_thread, &st);

	if (error)
		return error;
	pthread_join(thread, NULL);
	return st.error;
}

static int open_daemon(struct serve *s)
{
	char at[96];
	int fd, error;

	if (httpd__load())
		return -1;
	fd = listen_at(&s->guard);
	serve_guard__print(&s->guard, at, sizeof(at));
	if (fd < 0)
		return err("cannot listen at %s: %s; choose another address with --listen", at,
			   strerror(-fd));
	error = start_without_rights(s, fd);
	if (!error)
		return 0;
	close(fd);
	return err("cannot answer at %s: %s; free some memory, files and threads and retry", at,
		   strerror(error));
}

void serve__announce(const struct serve *s)
{
	char at[96];

	serve_guard__print(&s->guard, at, sizeof(at));
	if (s->guard.any_port)
		err("serving at http://%s/", at); /* it can be known from here alone, -q or not */
	else
		info("serving at http://%s/", at);
}

struct serve *serve__begin(const struct serve_plan *plan)
{
	struct serve *s = xcalloc(1, sizeof(*s));

	*s = (struct serve){.plan = *plan,
			    .guard = plan->guard,
			    .lock = PTHREAD_MUTEX_INITIALIZER,
			    .counting = PTHREAD_MUTEX_INITIALIZER,
			    .left = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
			    .counters = serve_counters__new()};
	if (!open_daemon(s))
		return s;
	serve__end(s);
	return NULL;
}

void serve__end(struct serve *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->lock);
	s->ended = true;
	resume(s);
	pthread_mutex_unlock(&s->lock);
	if (s->daemon)
		httpd.stop_daemon(s->daemon);
	serve__forget_answers(s);
	serve__drop(s->latest);
	serve_counters__free(s->counters);
	serve_guard__free(&s->guard);
	close(s->left);
	free(s);
}
