/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Writes a report to its file or to stdout, whole or not at all. */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "model/bias.h"
#include "model/clock.h"

int output__check(const struct opts *o)
{
	struct stat st;
	bool fresh;
	int fd;

	if (!o->output && o->report->binary && isatty(STDOUT_FILENO))
		return err("-f %s: is not for a terminal; give a file with -o", o->report->name);
	if (!o->output)
		return 0;
	fresh = stat(o->output, &st) != 0;
	fd = open(o->output, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644);
	if (fd < 0)
		return err("cannot write %s: %s; choose another file with -o", o->output,
			   strerror(errno));
	close(fd);
	if (fresh)
		unlink(o->output);
	return 0;
}

static int write_all(int fd, const char *buf, size_t size)
{
	while (size) {
		ssize_t n = write(fd, buf, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		buf += n;
		size -= n;
	}
	return 0;
}

static int write_file(const char *path, const char *buf, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int status;

	if (fd < 0)
		return -1;
	status = write_all(fd, buf, size);
	if (close(fd) < 0)
		status = -1;
	return status;
}

/* The file's new content at once, for who reads it while it is written again and again. What is no
 * regular file is written as it stands. */
static int replace_file(const char *path, const char *buf, size_t size)
{
	char *fresh = xasprintf("%s.XXXXXX", path);
	struct stat st;
	int status = -1, fd = -1;

	if (!lstat(path, &st) && S_ISREG(st.st_mode))
		fd = mkostemp(fresh, O_CLOEXEC);
	if (fd >= 0) {
		status = write_all(fd, buf, size) || fchmod(fd, st.st_mode & 07777) ||
			 fchown(fd, st.st_uid, st.st_gid);
		status = close(fd) || status || rename(fresh, path) ? -1 : 0;
		if (status)
			unlink(fresh);
	}
	free(fresh);
	return status ? write_file(path, buf, size) : 0;
}

/* The profile as JSON in a new file of the first directory that takes it. */
static int rescue(const struct profile *p)
{
	const char *dirs[] = {getenv("TMPDIR"), "/var/tmp", "/tmp", "/dev/shm", "."};

	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		char *path = dirs[i] ? xasprintf("%s/bpfprof-XXXXXX.json", dirs[i]) : NULL;
		int fd = path ? mkostemps(path, 5, O_CLOEXEC) : -1;
		FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
		struct report_opts none = {0};
		bool ok = f && !report__by_name("json")->write(p, &none, f);

		if (f && fclose(f))
			ok = false;
		if (ok)
			err("the profile went to %s; print it with 'bpfprof report %s'", path,
			    path);
		else if (fd >= 0)
			unlink(path);
		free(path);
		if (ok)
			return 0;
	}
	return err("the profile could not be stored anywhere: no temporary directory takes it");
}

/* The profile as it is to be shown, a copy. */
static struct profile *shown(const struct opts *o, const struct profile *p)
{
	struct profile *to = o->strip_dirs ? profile__strip_dirs(p) : profile__copy(p);

	if (o->bias != BIAS_AUTO)
		profile__uncorrect(to);
	if (o->bias == BIAS_OFF)
		to->target.bias = (struct prof_bias){0};
	else if (o->bias == BIAS_GIVEN)
		to->target.bias = (struct prof_bias){
			.from = PROF_BIAS_GIVEN, .inside_ns = o->bias_ns, .outside_ns = o->bias_ns};
	profile__correct(to);
	return to;
}

/* Rows are cut to the terminal's height where the report goes there. */
static void fit_terminal(const struct opts *o, struct report_opts *ro)
{
	struct winsize w;

	if (o->output || !isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &w))
		return;
	ro->screen.lines = w.ws_row;
	ro->screen.columns = w.ws_col;
}

static int render_to(const struct opts *o, const struct profile *p, FILE *out)
{
	struct profile *whole = shown(o, p), *first;
	const struct prof_clock **clocks = o->clocks;
	struct report_opts ro = {.sort = o->sort,
				 .nsort = o->nsort,
				 .reverse = o->reverse,
				 .restrictions = o->restrictions,
				 .nrestrictions = o->nrestrictions,
				 .beside = clocks ? clocks + 1 : NULL,
				 .nbeside = clocks ? o->nclocks - 1 : 0,
				 .whole = whole,
				 .hist = o->hist,
				 .verbose = o->verbose};
	int status;

	fit_terminal(o, &ro);
	if (!clocks || o->report->raw) {
		status = o->report->write(whole, &ro, out);
	} else {
		first = profile__by_clock(whole, clocks[0]);
		status = o->report->write(first, &ro, out);
		profile__free(first);
	}
	/* nobody chose: functions, then the blocks that the program names */
	if (!status && !o->format && !o->report->binary && !o->report->raw && p->nblocks)
		status = report__by_name("tracks")->write(whole, &ro, out);
	profile__free(whole);
	return status;
}

static char *render(const struct opts *o, const struct profile *p, size_t *size)
{
	char *buf = NULL;
	FILE *mem = open_memstream(&buf, size);
	int status = mem ? render_to(o, p, mem) : -1;
	int error = errno;

	if (mem && fclose(mem) && !status)
		status = -1;
	if (!status)
		return buf;
	free(buf);
	errno = error;
	return NULL;
}

int output__write(const struct opts *o, const struct profile *p)
{
	size_t size = 0;
	char *buf = render(o, p, &size);
	int status;

	if (!buf) {
		if (errno == ENODATA)
			return err("-f %s: nothing was called, and the format cannot say so; use "
				   "-f json",
				   o->report->name);
		return err("cannot make the report: %s; try another format", strerror(errno));
	}
	fflush(stdout);
	if (!o->output)
		status = write_all(STDOUT_FILENO, buf, size);
	else
		status = (o->interval > 0 ? replace_file : write_file)(o->output, buf, size);
	if (status) {
		err("cannot write %s: %s; free some space or choose another file with -o",
		    o->output ? o->output : "the report", strerror(errno));
		rescue(p);
	}
	free(buf);
	return status;
}
