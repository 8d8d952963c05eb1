/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A directory is looked up anew for each file: it may have been moved away since. */
#include "cli/rotate.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "model/window.h"

/* --- names -------------------------------------------------------------------------------------
 */

/* The name of a file of an interval that began then; to be freed. */
static char *name_at(const char *pattern, int64_t began)
{
	const time_t t = (time_t)began;
	size_t size = strlen(pattern) + 256;
	char *name = xcalloc(1, size);
	struct tm tm;

	/* such a length that only a pattern of hundreds of words does not fit */
	if (!localtime_r(&t, &tm) || !strftime(name, size, pattern, &tm))
		snprintf(name, size, "%s", pattern);
	return name;
}

/* The same with a number before its ending. */
static char *numbered(char *name, unsigned int n)
{
	const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
	const char *dot = *base ? strchr(base + 1, '.') : NULL;
	int length = (int)(dot ? dot - name : (ptrdiff_t)strlen(name));
	char *with = xasprintf("%.*s.%u%s", length, name, n, dot ? dot : "");

	free(name);
	return with;
}

/* The options with the files of one interval; the copy of targets is to be freed. */
static struct opts of_interval(const struct rotate *r, int64_t began)
{
	struct opts o = *r->o;

	o.targets = xcalloc(o.ntargets, sizeof(*o.targets));
	for (size_t i = 0; i < o.ntargets; i++) {
		char *name = name_at(r->o->targets[i].path, began);

		o.targets[i] = r->o->targets[i];
		o.targets[i].path = r->again ? numbered(name, r->again + 1) : name;
	}
	return o;
}

static void free_interval(struct opts *o)
{
	for (size_t i = 0; i < o->ntargets; i++)
		free((char *)o->targets[i].path);
	free(o->targets);
}

/* Two intervals within what the names tell apart: the second one's get a number, where the first
 * one's files were written. */
static void name_moment(struct rotate *r, int64_t began)
{
	char *name = name_at(r->o->targets[0].path, began);

	r->again = r->last && !strcmp(r->last, name) ? r->again + !r->failing : 0;
	free(r->last);
	r->last = name;
}

/* --- files that are there ----------------------------------------------------------------------
 */

static void forget_oldest(struct rotate *r, size_t n)
{
	if (!n)
		return;
	for (size_t i = 0; i < n; i++)
		free(r->files[i].path);
	r->nfiles -= n;
	memmove(r->files, r->files + n, r->nfiles * sizeof(*r->files));
}

/* Unless somebody has put another in its place. */
static void remove_file(const struct rotated *f)
{
	struct stat st;

	if (!lstat(f->path, &st) && st.st_dev == f->dev && st.st_ino == f->ino)
		unlink(f->path);
}

static void keep(struct rotate *r, const struct opts *o)
{
	const size_t most = (size_t)r->o->keep * o->ntargets;
	struct stat st;

	for (size_t i = 0; i < o->ntargets && most; i++) {
		if (!lstat(o->targets[i].path, &st))
			*ARR_PUSH(r->files, r->nfiles) =
				(struct rotated){xstrdup(o->targets[i].path), st.st_dev, st.st_ino};
	}
	if (r->nfiles <= most)
		return;
	for (size_t i = 0; i < r->nfiles - most; i++)
		remove_file(&r->files[i]);
	forget_oldest(r, r->nfiles - most);
}

/* --- intervals ---------------------------------------------------------------------------------
 */

int rotate__open(struct rotate *r, const struct opts *o)
{
	struct output out;
	struct opts first;
	int error;

	*r = (struct rotate){.o = o};
	first = of_interval(r, time(NULL));
	error = output__open(&out, &first);
	output__close(&out);
	free_interval(&first);
	return error;
}

void rotate__close(struct rotate *r)
{
	profile__free(r->before);
	profile__free(r->unwritten);
	forget_oldest(r, r->nfiles);
	free(r->files);
	free(r->last);
}

static int write_interval(struct rotate *r, const struct profile *p, bool last, int stop_fd)
{
	struct opts o;
	struct output out;
	int status;

	name_moment(r, p->target.started_at);
	o = of_interval(r, p->target.started_at);
	status = output__open(&out, &o);
	out.told = r->told;
	if (!status)
		status = output__sink(&out, p, last, stop_fd);
	else if (last)
		output__rescue(r->o, p);
	if (!status)
		keep(r, &o);
	r->told |= out.told;
	output__close(&out);
	free_interval(&o);
	return status;
}

static void tell(struct rotate *r, bool failed)
{
	if (failed && !r->failing)
		warn("an interval could not be written to %s; what it holds goes to the next file",
		     r->last);
	r->failing = failed;
}

int rotate__sink(void *arg, const struct profile *p, bool last, int stop_fd)
{
	struct rotate *r = arg;
	struct profile *part = r->before ? profile__since(p, r->before) : profile__copy(p);
	int status;

	if (r->unwritten)
		profile__precede_strips(part, r->unwritten);
	profile__free(r->unwritten);
	r->unwritten = NULL;
	status = write_interval(r, part, last, stop_fd);
	if (!last)
		tell(r, status);
	if (!last && status) {
		r->unwritten = part;
		return 0;
	}
	profile__free(part);
	if (last)
		return status;
	profile__free(r->before);
	r->before = profile__copy(p);
	return 0;
}
