/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The version table. Numbers only, of x86-64 builds with the GIL: offsetof of each version's
 * headers (3.8 to 3.13), checked against the memory of live interpreters (3.8 to 3.15). Must not
 * know how they are used. Free-threaded builds have other numbers and no rows.
 */
#include "discover/interp.h"

/* Frame: code object, caller, owner. Up to 3.10 the probes' frame is the PyFrameObject; 3.11 has
 * the code object behind function, globals, builtins and locals; 3.12 moved it to the front; 3.14
 * made the stack top a pointer, which moved the owner. */
#define FRAME_308 0x20, 0x18, 0
#define FRAME_311 0x20, 0x30, 0x45
#define FRAME_312 0x00, 0x08, 0x46
#define FRAME_314 0x00, 0x08, 0x4a

/* Code object: flags, first line, file, name, qualified name. */
#define CODE_308 0x24, 0x28, 0x68, 0x70, 0
#define CODE_311 0x30, 0x48, 0x70, 0x78, 0x80
#define CODE_312 0x30, 0x44, 0x70, 0x78, 0x80

/* str: length, state, shift of kind, ASCII data, UTF-8 length, UTF-8, other data. 3.12 dropped
 * wstr. `interned` stayed 2 bits wide where there is a GIL: kind is at bit 2 up to 3.15. */
#define STR_308 0x10, 0x20, 2, 0x30, 0x30, 0x38, 0x48
#define STR_312 0x10, 0x20, 2, 0x28, 0x28, 0x30, 0x38

static const struct py_layout layouts[] = {
	{0x0308, USDT_FIRES, FRAME_308, CODE_308, STR_308},
	{0x0309, USDT_FIRES, FRAME_308, CODE_308, STR_308},
	{0x030a, USDT_FIRES, FRAME_308, CODE_308, STR_308},
	{0x030b, USDT_RETURN_ONLY, FRAME_311, CODE_311, STR_308},
	{0x030c, USDT_REMOVED, FRAME_312, CODE_312, STR_312},
	{0x030d, USDT_REMOVED, FRAME_312, CODE_312, STR_312},
	{0x030e, USDT_REMOVED, FRAME_314, CODE_312, STR_312},
	{0x030f, USDT_UNBALANCED, FRAME_314, CODE_312, STR_312},
};

const struct py_layout *py_layout__find(uint16_t version)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++) {
		if (layouts[i].version == version)
			return &layouts[i];
	}
	return NULL;
}
