/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A file in place of the terminal. */
#include "live/top_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static int kept = -1; /* where it goes */
static bool errors;   /* stderr too */

static int open_file(void)
{
	const char *dirs[] = {getenv("TMPDIR"), "/var/tmp", "/tmp"};
	int fd = -1;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs) && fd < 0; i++)
		fd = dirs[i] ? open(dirs[i], O_TMPFILE | O_RDWR | O_CLOEXEC | O_APPEND, 0600) : -1;
	return fd >= 0 ? fd : memfd_create("output", MFD_CLOEXEC);
}

void spool__begin(void)
{
	int none = open("/dev/null", O_RDONLY | O_CLOEXEC);

	fflush(NULL);
	kept = open_file();
	errors = isatty(STDERR_FILENO);
	if (none >= 0)
		dup2(none, STDIN_FILENO);
	close(none);
	if (kept < 0)
		return;
	dup2(kept, STDOUT_FILENO);
	if (errors)
		dup2(kept, STDERR_FILENO);
}

void spool__end(int in, int out)
{
	char buf[65536];
	off_t at = 0;
	ssize_t n;

	fflush(NULL);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	if (errors)
		dup2(out, STDERR_FILENO);
	while (kept >= 0 && (n = pread(kept, buf, sizeof(buf), at)) > 0) {
		for (ssize_t done = 0, w; done < n; done += w) {
			w = write(STDOUT_FILENO, buf + done, n - done);
			if (w < 0 && errno != EINTR)
				return;
			w = w < 0 ? 0 : w;
		}
		at += n;
	}
}
