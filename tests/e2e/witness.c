/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A program that a process becomes. Run as a Python would be, it leaves a file beside its own. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char exe[4000], mark[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (n > 0 && argc > 1 && !strcmp(argv[1], "-S")) {
		exe[n] = '\0';
		snprintf(mark, sizeof(mark), "%s.ran", exe);
		close(open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
		return 0;
	}
	for (;;)
		pause();
}
