/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The version table. Numbers only, of x86-64 builds with the GIL, read off the headers and checked
 * on live interpreters.
 */
#include "cpython/interp.h"

/* str before and since 3.12, which dropped wstr */
#define STR_OLD 16, 32, 2, 48, 48, 56, 72
#define STR_NEW 16, 32, 2, 40, 40, 48, 56

/* code object: flags, first line, file, name, qualname, version; function: version */
#define CODE_38	 36, 40, 0x68, 0x70, 0, 0, 0
#define CODE_311 0x30, 0x48, 0x70, 0x78, 0x80, 0, 0x80
#define CODE_312 0x30, 0x44, 0x70, 0x78, 0x80, 0x5c, 0

static const struct py_layout layouts[] = {
	/* version, probes, frame: code, caller, owner, ...; thread state: C calls left,
	 * current frame, cframe; minds the C stack */
	{0x0308, USDT_FIRES, 32, 24, 0, CODE_38, STR_OLD, 0, 0, 0, 0},
	{0x0309, USDT_FIRES, 32, 24, 0, CODE_38, STR_OLD, 0, 0, 0, 0},
	{0x030a, USDT_FIRES, 32, 24, 0, CODE_38, STR_OLD, 0, 0, 0, 0},
	{0x030b, USDT_RETURN_ONLY, 32, 48, 69, CODE_311, STR_OLD, 0, 0, 0, 1},
	{0x030c, USDT_REMOVED, 0, 8, 70, CODE_312, STR_NEW, 0x24, 0, 0x38, 1},
	{0x030d, USDT_REMOVED, 0, 8, 70, CODE_312, STR_NEW, 0x34, 0x48, 0, 1},
	{0x030e, USDT_REMOVED, 0, 8, 0x4a, CODE_312, STR_NEW, 0, 0x48, 0, 1},
	{0x030f, USDT_UNBALANCED, 0, 8, 0x4a, CODE_312, STR_NEW, 0, 0x48, 0, 1},
};

const struct py_layout *py_layout__find(uint16_t version)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++) {
		if (layouts[i].version == version)
			return &layouts[i];
	}
	return NULL;
}
