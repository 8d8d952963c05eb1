/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* /proc/PID/cgroup, of both versions of control groups. */
#include "process/cgroup.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "process/procmem.h"

/* Adds the group of a line "N:CONTROLLERS:PATH". False: it cannot be entered. */
static bool add(struct cgroups *g, char *line)
{
	static const char *const homes[] = {"", "/unified"};
	char *controllers = strchr(line, ':'),
	     *path = controllers ? strchr(controllers + 1, ':') : NULL;
	int fd = -1;

	if (!path || g->n == CGROUPS_MAX || strstr(path, "/.."))
		return false;
	*path++ = '\0';
	controllers++;
	if (!strcmp(controllers,
		    "freezer")) /* no right, but a trap: whom it holds cannot be ended */
		return true;
	if (!strncmp(controllers, "name=", 5))
		controllers += 5;
	for (size_t i = 0; fd < 0 && i < sizeof(homes) / sizeof(*homes); i++) {
		char *file = xasprintf("/sys/fs/cgroup%s/%s%s/cgroup.procs", homes[i], controllers,
				       path);

		fd = open(file, O_WRONLY | O_CLOEXEC);
		free(file);
	}
	if (fd >= 0)
		g->procs[g->n++] = fd;
	return fd >= 0;
}

int cgroups__of(struct cgroups *g, int proc)
{
	int self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char *ours = procfile__text(self, "cgroup"), *theirs = procfile__text(proc, "cgroup"),
	     *next = NULL;
	bool ok = true;

	*g = (struct cgroups){0};
	for (char *line = strtok_r(theirs, "\n", &next); line; line = strtok_r(NULL, "\n", &next)) {
		char *whole = xasprintf("%s\n", line);
		const char *at = strstr(ours, whole);

		if (!at || (at > ours && at[-1] != '\n'))
			ok = ok && add(g, line);
		free(whole);
	}
	if (self >= 0)
		close(self);
	free(ours);
	free(theirs);
	return ok ? 0 : -1;
}

int cgroups__enter(const struct cgroups *g)
{
	for (size_t i = 0; i < g->n; i++) {
		if (write(g->procs[i], "0", 1) != 1)
			return -1;
	}
	return 0;
}

void cgroups__close(struct cgroups *g)
{
	for (size_t i = 0; i < g->n; i++)
		close(g->procs[i]);
	g->n = 0;
}
