/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which version of CPython a file is. Pure reading. */
#ifndef BPFPROF_VERSION_H
#define BPFPROF_VERSION_H

#include <stdint.h>

#include "process/elf.h"

#define VERSION_TEXT 24 /* bytes, with the NUL */

/* The version as a number, 0x030f, and as text, "3.15.0rc1"; 0 and "": not known. Since 3.11 the
 * file has a symbol that says it. Before, the strings in it and its names (DT_SONAME, and path,
 * NULL: none) are the evidence, and what is contradictory is not known. The text lacks the third
 * number where only a name is known.
 */
uint16_t version__of(struct elf *e, const char *path, char text[VERSION_TEXT]);

#endif
