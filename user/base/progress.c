/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The line, and the thread that writes it. */
#include "base/progress.h"

#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/ticks.h"

static struct {
	const char *phase;
	uint64_t start_ns;
	uint64_t calls, lost, counted_ns; /* at the last count; 0 ns: there was none */
	double rate;			  /* calls a second, between the last two */
} state;

static struct {
	bool runs;
	pthread_t thread;
	int stop;    /* eventfd */
	int columns; /* that the line takes now; 0: it is not there */
} line;

static pthread_mutex_t state_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t line_lock = PTHREAD_MUTEX_INITIALIZER;

void progress__phase(const char *what)
{
	pthread_mutex_lock(&state_lock);
	state.phase = what;
	state.counted_ns = 0;
	pthread_mutex_unlock(&state_lock);
}

void progress__count(uint64_t calls, uint64_t lost)
{
	uint64_t now = monotonic__ns(), since;

	pthread_mutex_lock(&state_lock);
	if (!state.counted_ns) {
		state.start_ns = now;
		state.calls = calls;
		state.rate = 0;
	}
	since = now - state.counted_ns;
	if (state.counted_ns && since && calls >= state.calls)
		state.rate = (double)(calls - state.calls) * 1e9 / (double)since;
	state.calls = calls;
	state.lost = lost;
	state.counted_ns = now;
	pthread_mutex_unlock(&state_lock);
}

/* With the lock. */
static int count_text(char *text, unsigned int size)
{
	int n = snprintf(text, size, "%.1f s, %" PRIu64 " calls, %.0f calls/s, ",
			 (double)(monotonic__ns() - state.start_ns) / 1e9, state.calls, state.rate);

	if (n < 0 || (unsigned int)n >= size)
		return n;
	return state.lost ? snprintf(text + n, size - n, "%" PRIu64 " lost", state.lost)
			  : snprintf(text + n, size - n, "nothing lost");
}

void progress__text(char *text, unsigned int size)
{
	pthread_mutex_lock(&state_lock);
	if (state.counted_ns)
		count_text(text, size);
	else
		snprintf(text, size, "%s", state.phase ? state.phase : "");
	pthread_mutex_unlock(&state_lock);
}

/* --- the line, with its lock -------------------------------------------------------------------
 */

/* Columns that a line may take without going over to the next. */
static int room(void)
{
	struct winsize w;

	return !ioctl(STDERR_FILENO, TIOCGWINSZ, &w) && w.ws_col ? w.ws_col - 1 : 79;
}

/* Over what is there; "" takes it away. Nothing is written to a terminal that is stopped. */
static void write_line(const char *text)
{
	struct pollfd pfd = {.fd = STDERR_FILENO, .events = POLLOUT};
	int n = (int)strlen(text), most = room(), gone;
	char buf[512];

	n = n < most ? n : most;
	gone = line.columns > n ? line.columns - n : 0;
	if ((!n && !line.columns) || poll(&pfd, 1, 0) <= 0)
		return;
	/* what is left of a longer one goes first, so that the cursor ends behind the text */
	snprintf(buf, sizeof(buf), "\r%*s%*s\r%.*s", n, "", gone, "", n, text);
	if (write(STDERR_FILENO, buf, strlen(buf)) > 0)
		line.columns = n;
}

static void draw(void)
{
	char text[160], whole[176];

	progress__text(text, sizeof(text));
	if (!*text)
		return;
	snprintf(whole, sizeof(whole), "bpfprof: %s", text);
	pthread_mutex_lock(&line_lock);
	write_line(whole);
	pthread_mutex_unlock(&line_lock);
}

void progress__step_aside(void)
{
	pthread_mutex_lock(&line_lock);
	write_line("");
}

void progress__come_back(void)
{
	pthread_mutex_unlock(&line_lock);
}

void progress__typed(void)
{
	int most = room();
	struct termios t;

	if (tcgetattr(STDERR_FILENO, &t) || !(t.c_lflag & ECHO))
		return;
	pthread_mutex_lock(&line_lock);
	line.columns += (int)strlen("^C");
	line.columns = line.columns < most ? line.columns : most;
	write_line("");
	pthread_mutex_unlock(&line_lock);
}

static void *work(void *arg)
{
	struct pollfd pfd = {.fd = line.stop, .events = POLLIN};

	(void)arg;
	while (!poll(&pfd, 1, PROGRESS_MS))
		draw();
	return NULL;
}

/* A child of a fork has no such thread, and may say something all the same. */
static void lock_all(void)
{
	pthread_mutex_lock(&line_lock);
	pthread_mutex_lock(&state_lock);
}

static void unlock_all(void)
{
	pthread_mutex_unlock(&state_lock);
	pthread_mutex_unlock(&line_lock);
}

void progress__start(void)
{
	sigset_t all, old;

	if (line.runs || !isatty(STDERR_FILENO))
		return;
	pthread_atfork(lock_all, unlock_all, unlock_all);
	line.stop = eventfd(0, EFD_CLOEXEC);
	if (line.stop < 0)
		return;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	line.runs = !pthread_create(&line.thread, NULL, work, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!line.runs)
		close(line.stop);
}

void progress__stop(void)
{
	const uint64_t one = 1;

	if (!line.runs || write(line.stop, &one, sizeof(one)) != sizeof(one))
		return;
	pthread_join(line.thread, NULL);
	close(line.stop);
	line.runs = false;
	progress__step_aside();
	progress__come_back();
}
