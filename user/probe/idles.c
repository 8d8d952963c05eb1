/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Workers of pools wait in queues; those of threads in one of C, so that it is the worker's own. */
#include "probe/idles.h"

#include <string.h>

static const struct {
	const char *file, *name;
	enum acc_idle idle;
} places[] = {
	{"queue.py", "get", ACC_IDLE_WHOLE},
	{"multiprocessing/queues.py", "get", ACC_IDLE_WHOLE},
	{"concurrent/futures/thread.py", "_worker", ACC_IDLE_OWN},
};

#define PLACES (sizeof(places) / sizeof(*places))

_Static_assert(PLACES <= ACC_PATTERN_PLACES - ACC_PATTERNS, "there is room for them");

void idles__tell(struct acc_ctl *ctl)
{
	for (size_t i = 0; i < PLACES; i++) {
		struct acc_pattern *p = &ctl->pattern[ACC_PATTERNS + i];

		p->idle = places[i].idle;
		p->file_bytes = strlen(places[i].file);
		p->name_bytes = strlen(places[i].name);
		memcpy(p->text, places[i].file, p->file_bytes);
		memcpy(p->text + p->file_bytes, places[i].name, p->name_bytes);
	}
	ctl->idles = PLACES;
}
