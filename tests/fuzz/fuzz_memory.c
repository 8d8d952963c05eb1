/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The memory of an interpreter: its threads, frames, code, names and dictionaries. Each 11 bytes of
 * the input change one word of a forged one: where (2 bytes), whether it becomes an address in
 * there (1 byte), and what (8 bytes).
 */
#include <stdlib.h>
#include <string.h>

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond))                                                                       \
			abort();                                                                   \
	} while (0)
#include "unit/forged.h"

#include "cpython/dicts.h"
#include "cpython/lines.h"

#define PATCH 11
#define CALLS 64 /* frames whose code is read: each takes a while */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned char whole[BYTES];
static uint64_t table;

/* Made once: two threads with frames of each kind, and a dictionary. */
static void forge_once(void)
{
	uint64_t inner, outer;

	if (top)
		return;
	forge();
	outer = frame(forged.code, frame(forged.code, 0));
	inner = frame(code(str("\xe9.py", 4, 1), str("g", 1, 0)), outer);
	put(forged.interp + 16, tstate(inner, tstate(outer, 0, 0x7000), 0x7300));
	table = dict(str("_active", 7, 0), str("v", 1, 0));
	memcpy(whole, memory, top);
}

static void patch(const uint8_t *p)
{
	uint64_t value;
	uint16_t at;

	memcpy(&at, p, 2);
	memcpy(&value, p + 3, 8);
	put(BASE + at % (top - 8), p[2] & 1 ? BASE + value % top : value);
}

static void read_code(const struct py_frame *f)
{
	struct py_code c;

	CHECK(py_lines__of(&forged.live, f->code, f->at) >= 0);
	if (py_code__read(&forged.live, f->code, &c))
		py_code__free(&c);
}

static void read_dict(void)
{
	uint64_t key, value;
	struct py_entries e;

	if (py_dict__open(&forged.live, table, &e)) {
		CHECK(e.n <= PY_DICT_MAX);
		if (py_dict__entry(&forged.live, &e, 0, &key, &value))
			py_int__value(&forged.live, value, &key);
	}
	py_dict__find(&forged.live, table, "_active");
	py_object__attribute(&forged.live, table, "_name");
	py_module__global(&forged.live, table, "_active");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct py_stacks *s;

	forge_once();
	memcpy(memory, whole, top);
	for (size_t at = 0; at + PATCH <= size; at += PATCH)
		patch(data + at);
	s = look();
	CHECK(s->nthreads <= PY_THREADS_MAX && s->nframes <= PY_FRAMES_MAX);
	for (uint32_t i = 0; i < s->nthreads; i++)
		CHECK(s->threads[i].first + s->threads[i].n <= s->nframes);
	for (uint32_t i = 0; i < s->nframes && i < CALLS; i++)
		read_code(&s->frames[i]);
	read_dict();
	return 0;
}
