/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What /proc/PID/maps says, whose paths are the process's. */
#include <stdio.h>
#include <stdlib.h>

#include "process/procmap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct procmaps maps = {0};
	FILE *f = size ? fmemopen((void *)data, size, "r") : NULL;

	if (!f)
		return 0;
	procmaps__read(&maps, f);
	for (size_t i = 0; i < maps.n; i++) {
		if (!maps.v[i].path || !*maps.v[i].path)
			abort();
		procmaps__named(&maps, maps.v[i].start, "/memfd:");
	}
	procmaps__free(&maps);
	fclose(f);
	return 0;
}
