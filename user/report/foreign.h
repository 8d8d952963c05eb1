/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Files that bpfprof writes for other programs to read. */
#ifndef BPFPROF_FOREIGN_H
#define BPFPROF_FOREIGN_H

#include <stddef.h>

/* What it is, by how it begins: "a page for browsers". NULL: none of these. */
const char *foreign__what(const char *bytes, size_t size);

#endif
