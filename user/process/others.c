/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Told by the files of /proc. */
#include "process/others.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "process/inject.h"
#include "process/procmem.h"
#include "process/state.h"

static bool is_bpfprof(pid_t pid)
{
	char *name = process__name(pid, pid);
	bool is = !strncmp(name, "bpfprof", 7);

	free(name);
	return is;
}

static bool holds(pid_t pid, int sig)
{
	return procstatus__mask(pid, "SigBlk") >> (sig - 1) & 1;
}

/* One that has attached takes the signals of live__signals itself; one that launched its program
 * passes on all that it holds, SIGUSR2 too. */
static bool is_attached(pid_t other)
{
	return holds(other, SIGUSR1) && !holds(other, SIGUSR2);
}

/* The commands with a name (top, serve) write no report at a signal. */
static bool has_command(pid_t other)
{
	char path[32], *line;
	size_t n, first;
	bool has;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", other);
	line = procfile__bytes(AT_FDCWD, path, &n);
	first = strlen(line) + 1;
	has = first >= n || line[first] != '-';
	free(line);
	return has;
}

bool others__reports(pid_t other)
{
	return is_attached(other) && !has_command(other);
}

static void name_bpfprof(pid_t tracer, char why[OTHERS_WHY])
{
	char end[64] = "wait for that to end", report[64] = "";

	if (is_attached(tracer))
		snprintf(end, sizeof(end), "end that with kill -INT %d", tracer);
	if (others__reports(tracer))
		snprintf(report, sizeof(report), ", or have it report with kill -USR1 %d", tracer);
	snprintf(why, OTHERS_WHY,
		 "another tracer has it: bpfprof, process %d, as with --children; %s%s", tracer,
		 end, report);
}

static void name_tracer(pid_t tracer, char why[OTHERS_WHY])
{
	char *name = process__name(tracer, tracer);

	if (is_bpfprof(tracer))
		name_bpfprof(tracer, why);
	else
		snprintf(why, OTHERS_WHY,
			 "another tracer (%s, process %d) has it; wait for that to end", name,
			 tracer);
	free(name);
}

void others__explain(int error, pid_t pid, char why[OTHERS_WHY])
{
	pid_t tracer = error == -EBUSY ? procstatus__number(pid, "TracerPid") : 0;

	if (tracer > 0)
		name_tracer(tracer, why);
	else
		snprintf(why, OTHERS_WHY, "%s; %s", inject__why(error), inject__advice(error));
}

static bool has_open(pid_t pid, const char *wanted)
{
	char *path = xasprintf("/proc/%d/fd", pid), file[64];
	DIR *dir = opendir(path);
	bool found = false;
	struct dirent *d;

	while (dir && !found && (d = readdir(dir))) {
		ssize_t n = readlinkat(dirfd(dir), d->d_name, file, sizeof(file) - 1);

		file[n > 0 ? n : 0] = '\0';
		found = !strcmp(file, wanted);
	}
	if (dir)
		closedir(dir);
	free(path);
	return found;
}

pid_t others__in(pid_t pid)
{
	char *wanted = xasprintf("/proc/%d/mem", pid);
	DIR *dir = opendir("/proc");
	pid_t found = 0, each;
	struct dirent *d;

	while (dir && !found && (d = readdir(dir))) {
		each = atoi(d->d_name);
		if (each > 0 && each != getpid() && each != getppid() && is_bpfprof(each) &&
		    has_open(each, wanted))
			found = each;
	}
	if (dir)
		closedir(dir);
	free(wanted);
	return found;
}
