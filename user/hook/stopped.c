/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Work on a process whose threads all stand still. */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/ticks.h"
#include "cpython/interp.h"
#include "hook/parts.h"
#include "process/detached.h"
#include "process/inject.h"
#include "process/others.h"
#include "process/procmem.h"
#include "process/state.h"

struct job {
	struct hook *f;
	const struct interp *in;
	hook_work work;
	bool without; /* the stub is known to be gone */
};

static int stop_failed(struct hook *f, int error)
{
	others__explain(error, f->pid, f->why);
	return detached__failed(error);
}

/* Before anything of ours is in it: the interpreter is not where it was, or all memory has ended.
 */
static bool is_another(const struct hook *f, const struct interp *in)
{
	char byte;

	return !interp__is_still(in) || !procmem__read(f->mem, in->map_start, &byte, sizeof(byte));
}

/* The process may have become another program since, with the memory of before kept by a process
 * that shared it, or its number may be another's: then nothing is to be done to it. Ours is a
 * child's descriptor, or else the process is held, and its exec has been heard of. */
static int use_memory_of_now(struct hook *f, const struct interp *in, bool without)
{
	int now;

	if (!interp__is_there(in) || (!f->base && is_another(f, in)))
		return hook__fail(f, ANOTHER);
	now = procmem__open(f->pid);
	if (now < 0 || dup2(now, f->mem) < 0)
		return hook__fail(f, "its memory cannot be opened: %s", strerror(errno));
	close(now);
	if (f->base && !without && !hook__is_mapped(f))
		return hook__fail(f, ANOTHER);
	return 0;
}

bool hook__is_stub(int mem, uint64_t base)
{
	struct stub_head head;

	return procmem__read(mem, base, &head, sizeof(head)) && head.magic == STUB_MAGIC &&
	       head.layout == STUB_LAYOUT;
}

bool hook__is_mapped(const struct hook *f)
{
	return hook__is_stub(f->mem, f->base);
}

static int stop(const struct hook *f, struct inject *inj)
{
	return f->holder.of ? f->holder.hold(f->holder.of, f->pid, inj) : inject__stop(inj, f->pid);
}

static void let_go(const struct hook *f, struct inject *inj)
{
	if (f->holder.of)
		f->holder.let_go(f->holder.of, inj);
	else
		inject__done(inj);
}

/* Whatever it was that could not be done then. */
static bool is_ending(const struct interp *in)
{
	return !interp__is_there(in) || process__is_ending(in->pid);
}

static int stop_once(struct job *job)
{
	struct hook *f = job->f;
	uint64_t begin = monotonic__ns();
	struct inject inj;
	int error = stop(f, &inj);

	if (error)
		return stop_failed(f, is_ending(job->in) ? -ESRCH : error);
	error = use_memory_of_now(f, job->in, job->without) ? -1 : job->work(f, job->in, &inj);
	while (error == HOOK_MORE && f->holder.of)
		error = job->work(f, job->in, &inj);
	let_go(f, &inj);
	if (monotonic__ns() - begin > f->stopped_ns)
		f->stopped_ns = monotonic__ns() - begin;
	return error == -1 && is_ending(job->in) ? stop_failed(f, -ESRCH) : error;
}

#define STOPS_MAX     1000
#define STUCK_MAX     5 /* each of up to 3 s */
#define LET_RUN_NS    100000
#define LET_RUN_TIMES 20
#define BETWEEN_TIMES 10 /* after a part of what is to be done */

/* A thread that stands in the few bytes to be changed leaves them as soon as it runs; on a busy
 * machine it has to be given a processor first, which nobody tells of. */
static void let_run(int tried)
{
	const int times = tried < LET_RUN_TIMES ? tried : LET_RUN_TIMES;
	const struct timespec t = {.tv_nsec = times * LET_RUN_NS};

	nanosleep(&t, NULL);
}

static int run_stopped(void *arg)
{
	struct hook *f = ((const struct job *)arg)->f;
	int error, tried = 0;

	if (f->open && !f->armed)
		f->open(f->opener, NULL);
	while ((error = stop_once(arg)) == HOOK_MORE ||
	       (error == HOOK_AGAIN && ++tried < STOPS_MAX))
		let_run(error == HOOK_MORE ? BETWEEN_TIMES : tried);
	return error == HOOK_AGAIN
		       ? hook__fail(f, "a thread stands in code that is to be changed, and is not "
				       "given a processor; try again when the machine is less busy")
		       : error;
}

static int run(struct job *job)
{
	struct hook *f = job->f;

	if (f->mem < 0)
		return stop_failed(f, f->mem == -ENOENT ? -ESRCH : f->mem);
	hook__fail(f, "there is no memory for a process that does it; free some");
	return f->holder.of ? run_stopped(job) : detached__run(run_stopped, job);
}

int hook__stopped(struct hook *f, const struct interp *in, struct inject *held, hook_work work)
{
	struct job job = {f, in, work, false};
	int error;

	if (!held || f->mem < 0)
		return run(&job);
	do
		error = work(f, in, held);
	while (error == HOOK_MORE);
	return error;
}

int hook__stopped_without(struct hook *f, const struct interp *in, hook_work work)
{
	struct job job = {f, in, work, true};

	return run(&job);
}

int hook__stopped_at_last(struct hook *f, const struct interp *in, hook_work work)
{
	int error, tried = 0;

	do
		error = hook__stopped(f, in, NULL, work);
	while (error == DETACHED_STUCK && ++tried < STUCK_MAX);
	return error;
}
