/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The kernel's description of its types (BTF, as linux/btf.h has it), of which programs need a few
 * structures: cut out in one pass over megabytes. */
#ifndef BPFPROF_KTYPES_H
#define BPFPROF_KTYPES_H

#include <stddef.h>
#include <stdint.h>

/* A type definition whose number is asked for. */
struct ktypes_asked {
	const char *name;
	uint32_t id; /* 0: there is none */
};

/* A description of its own of these structures, with all that lies in them; pointers point to
 * nothing. To be freed, and *size is its bytes; NULL: this is none that we can read. structs and
 * asked end with NULL. */
void *ktypes__cut(const void *btf, size_t bytes, const char *const structs[],
		  struct ktypes_asked *asked, size_t *size);

#endif
