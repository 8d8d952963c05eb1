/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Told by the files of /proc. */
#include "process/others.h"

#include <dirent.h>
#include <errno.h>
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

static void name_tracer(pid_t tracer, char why[OTHERS_WHY])
{
	char *name = process__name(tracer, tracer);

	if (is_bpfprof(tracer))
		snprintf(why, OTHERS_WHY,
			 "another tracer has it: bpfprof, process %d, as with --children; end that "
			 "with kill -INT %d, or have it report with kill -USR1 %d",
			 tracer, tracer, tracer);
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
