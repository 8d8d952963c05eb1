/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* expired PID: status 0 where the stub in the process has taken itself out. */
#include <fcntl.h>
#include <linux/types.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bpfprof/stub.h"

int main(int argc, char **argv)
{
	char path[64], line[512];
	unsigned long base = 0;
	__u64 expired = 0;
	FILE *maps;
	int mem;

	snprintf(path, sizeof(path), "/proc/%.20s/maps", argv[argc - 1]);
	maps = fopen(path, "r");
	while (maps && fgets(line, sizeof(line), maps)) {
		if (strstr(line, "r-xp") && strstr(line, "/memfd:bpfprof-"))
			sscanf(line, "%lx", &base);
	}
	snprintf(path, sizeof(path), "/proc/%.20s/mem", argv[argc - 1]);
	mem = open(path, O_RDONLY);
	base += STUB_STATE + offsetof(struct stub_state, expired);
	return pread(mem, &expired, sizeof(expired), base) != sizeof(expired) || !expired;
}
