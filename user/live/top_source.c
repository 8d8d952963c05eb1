/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Finds the file, in whose root it may be, and runs the editor. */
#include "live/top_source.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "live/top_term.h"

/* As we see it: here, or beneath the root or the directory of the process. NULL: nowhere. */
static char *find(uint32_t pid, const char *file)
{
	char *paths[] = {
		xstrdup(*file == '/' ? file : "/"),
		xasprintf("/proc/%" PRIu32 "/%s/%s", pid, *file == '/' ? "root" : "cwd", file),
	};
	char *found = NULL;

	for (size_t i = *file == '/' ? 0 : 1; i < 2 && !found; i++) {
		if (!access(paths[i], R_OK))
			found = xstrdup(paths[i]);
	}
	free(paths[0]);
	free(paths[1]);
	return found;
}

const char *top_source__open(uint32_t pid, const char *file, uint32_t line)
{
	char *path = *file == '<' || *file == '~' ? NULL : find(pid, file), *at;
	bool well;

	if (!path)
		return "Its source cannot be found here";
	at = xasprintf("+%" PRIu32, line);
	well = top_term__run((char *const[]){
		"/bin/sh", "-c", "exec ${VISUAL:-${EDITOR:-vi}} \"$@\"", "sh", at, path, NULL});
	free(at);
	free(path);
	return well ? NULL : "The editor failed: set EDITOR";
}
