/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Workers of pools wait in queues; those of threads in one of C, so that it is the worker's own. */
#include "probe/idles.h"

#include <string.h>

static const struct {
	const char *file, *name;
	enum acc_idle idle;
} waits[] = {
	{"queue.py", "get", ACC_IDLE_WHOLE},
	{"multiprocessing/queues.py", "get", ACC_IDLE_WHOLE},
	{"concurrent/futures/thread.py", "_worker", ACC_IDLE_OWN},
};

#define WAITS (sizeof(waits) / sizeof(*waits))

_Static_assert(WAITS <= ACC_PATTERNS_ALL - ACC_PATTERNS, "there is room for them");

void idles__tell(struct acc_ctl *ctl)
{
	for (size_t i = 0; i < WAITS; i++) {
		struct acc_pattern *p = &ctl->pattern[ACC_PATTERNS + i];

		p->idle = waits[i].idle;
		p->file_bytes = strlen(waits[i].file);
		p->name_bytes = strlen(waits[i].name);
		memcpy(p->text, waits[i].file, p->file_bytes);
		memcpy(p->text + p->file_bytes, waits[i].name, p->name_bytes);
	}
	ctl->idles = WAITS;
}
