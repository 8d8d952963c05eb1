/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The next number stands behind the list's head and the main interpreter, in each version. */
#include "cpython/numbers.h"

#include <stddef.h>

#include "cpython/interp.h"
#include "process/procmem.h"

#define NEXT_BEHIND_HEAD 16
#define STATES		 0x030d /* from then on _Py_DebugOffsets says where the own one is, */
#define STATED_AT	 56	/* in there */
#define BOUND		 65536	/* no structure is larger */

static const struct {
	uint16_t version;
	uint16_t own;
} rows[] = {{0x0308, 16}, {0x0309, 24}, {0x030a, 24}, {0x030b, 48}, {0x030c, 8}};

static uint64_t own_of(const struct interp *in, int mem)
{
	uint64_t own = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (rows[i].version == in->version)
			return rows[i].own;
	}
	if (in->version >= STATES && in->runtime)
		procmem__read(mem, in->runtime + in->bias + STATED_AT, &own, sizeof(own));
	return own < BOUND ? own : 0;
}

void py_numbers__find(struct py_numbers *n, const struct interp *in, int mem)
{
	*n = (struct py_numbers){.next = in->facts.head + in->bias + NEXT_BEHIND_HEAD,
				 .own = own_of(in, mem)};
}
