/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The version table. Numbers only, of x86-64 builds, read off the headers and checked on live
 * interpreters by tests/e2e/layout.sh; facts.c compares them with what an interpreter says of
 * itself from 3.13 on. No 3.14 or 3.15 without the GIL has been run: their rows are what gcc 12
 * makes of the headers of 3.14.7 and 3.15.0rc2.
 */
#include "cpython/interp.h"

/* frame: code, caller, owner */
#define FRAME_38   32, 24, 0
#define FRAME_311  32, 48, 69
#define FRAME_312  0, 8, 70
#define FRAME_314  0, 8, 74
#define FRAME_TLBC 0, 8, 78 /* with a thread's own bytecode, whose number it holds */

/* code object: flags, first line, file, name, qualname, version; function: version. Without the
 * GIL an object's head is 16 bytes longer. */
#define CODE_38	  36, 40, 104, 112, 0, 0, 0
#define CODE_311  48, 72, 112, 120, 128, 0, 128
#define CODE_312  48, 68, 112, 120, 128, 92, 0
#define CODE_FREE 64, 84, 128, 136, 144, 108, 0

/* str before and since 3.12, which dropped wstr */
#define STR_OLD	       16, 32, 2, 48, 48, 56, 72
#define STR_NEW	       16, 32, 2, 40, 40, 48, 56
#define STR_FREE(kind) 32, 48, kind, 56, 56, 64, 72

/* thread state: C calls left, current frame, cframe; cframe: current frame; thread state: tracing
 */
#define RUN_38	0, 0, 0, 0, 0
#define RUN_311 0, 0, 56, 8, 44
#define RUN_312 36, 0, 56, 0, 44
#define RUN_313 52, 72, 0, 0, 60
#define RUN_314 0, 72, 0, 0, 60
#define RUN_315 0, 72, 0, 0, 64

/* code's instrumentation, thread state's breaker, interpreter's monitoring; frame object; type */
#define REST_38	  0, 0, 0, 0, 8
#define REST_311  0, 0, 0, 24, 8
#define REST_312  160, 0, 48, 24, 8
#define REST_313  168, 24, 0, 24, 8
#define REST_FREE 184, 24, 0, 40, 24

static const struct py_layout layouts[] = {
	/* version, free threaded, probes; ...; shims, minds the C stack, no thread state */
	{0x0308, 0, USDT_FIRES, FRAME_38, CODE_38, STR_OLD, RUN_38, REST_38, 0, 0, 1},
	{0x0309, 0, USDT_FIRES, FRAME_38, CODE_38, STR_OLD, RUN_38, REST_38, 0, 0, 0},
	{0x030a, 0, USDT_FIRES, FRAME_38, CODE_38, STR_OLD, RUN_38, REST_38, 0, 0, 0},
	{0x030b, 0, USDT_RETURN_ONLY, FRAME_311, CODE_311, STR_OLD, RUN_311, REST_311, 0, 1, 0},
	{0x030c, 0, USDT_REMOVED, FRAME_312, CODE_312, STR_NEW, RUN_312, REST_312, 0, 1, 0},
	{0x030d, 0, USDT_REMOVED, FRAME_312, CODE_312, STR_NEW, RUN_313, REST_313, 1, 1, 0},
	{0x030e, 0, USDT_REMOVED, FRAME_314, CODE_312, STR_NEW, RUN_314, REST_313, 1, 1, 0},
	{0x030f, 0, USDT_UNBALANCED, FRAME_314, CODE_312, STR_NEW, RUN_315, REST_313, 1, 1, 0},
	{0x030d, 1, USDT_REMOVED, FRAME_312, CODE_FREE, STR_FREE(2), RUN_313, REST_FREE, 1, 1, 0},
	{0x030e, 1, USDT_REMOVED, FRAME_TLBC, CODE_FREE, STR_FREE(8), RUN_314, REST_FREE, 1, 1, 0},
	{0x030f, 1, USDT_UNBALANCED, FRAME_TLBC, CODE_FREE, STR_FREE(8), RUN_315, REST_FREE, 1, 1,
	 0},
};

static const struct py_layout *find(uint16_t version, bool free_threaded)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++) {
		if (layouts[i].version == version && layouts[i].free_threaded == free_threaded)
			return &layouts[i];
	}
	return NULL;
}

const struct py_layout *py_layout__find(uint16_t version)
{
	return find(version, false);
}

const struct py_layout *py_layout__free_threaded(uint16_t version)
{
	return find(version, true);
}
