/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Large memory, zeroed, of which only what is touched exists. A forked child shares it. */
#ifndef BPFPROF_SHARED_H
#define BPFPROF_SHARED_H

#include <stddef.h>

void *shared__new(size_t size);		      /* NULL: out of memory */
void shared__free(void *memory, size_t size); /* accepts NULL */

/* Makes size bytes exist now, in this process: where another process stands still meanwhile, each
 * first touch costs more than a read of its memory. A hint: nothing fails. */
void shared__warm(void *at, size_t size);

#endif
