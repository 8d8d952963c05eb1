/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Writes a report to its file or to stdout, whole or not at all. */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

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

static char *render(const struct opts *o, const struct profile *p, size_t *size)
{
	struct report_opts ro = {o->sort, o->nsort, o->reverse, o->restrictions, o->nrestrictions};
	struct profile *stripped = o->strip_dirs ? profile__strip_dirs(p) : NULL;
	char *buf = NULL;
	FILE *mem = open_memstream(&buf, size);
	int status = mem ? o->report->write(stripped ? stripped : p, &ro, mem) : -1;
	int error = errno;

	if (mem && fclose(mem) && !status)
		status = -1;
	profile__free(stripped);
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
	status = o->output ? write_file(o->output, buf, size) : write_all(STDOUT_FILENO, buf, size);
	if (status) {
		err("cannot write %s: %s; free some space or choose another file with -o",
		    o->output ? o->output : "the report", strerror(errno));
		rescue(p);
	}
	free(buf);
	return status;
}
