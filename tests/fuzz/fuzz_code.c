/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Machine code of the file, and tables of lines: what is cut short ends there. The first two bytes
 * choose the version. */
#include <stdlib.h>
#include <string.h>

#include "arch/code.h"
#include "arch/insn.h"
#include "base/mem.h"
#include "cpython/lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode(const uint8_t *code, size_t size)
{
	struct load l = {0};
	int64_t index;
	int32_t disp;

	for (size_t at = 0; at <= size && at < 32; at++) {
		if (code__load(code + at, size - at, at, &l) && l.size > size - at)
			abort();
		if (code__prologue(code + at, size - at) > size - at ||
		    code__movable(code + at, size - at, INSN_JUMP_BYTES) > size - at)
			abort();
		code__jump_loaded(code + at, size - at, &disp);
		code__asks_tls(code + at, size - at, &index, &disp);
		code__returns(code + at, size - at);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy; /* as long as it is, so that a byte more is seen */

	if (size < 2)
		return 0;
	copy = xcalloc(1, size - 2 + !(size - 2));
	memcpy(copy, data + 2, size - 2);
	decode(copy, size - 2);
	py_lines__find(0x0308 + data[0] % 8, copy, size - 2, data[1], data[1] * 2);
	free(copy);
	return 0;
}
