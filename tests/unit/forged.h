/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A forged 3.11: memory of a process that never was, with an interpreter, threads, frames, code,
 * str and dict in it, each put where the test wants it. Includers have CHECK. */
#ifndef BPFPROF_TEST_FORGED_H
#define BPFPROF_TEST_FORGED_H

#include <string.h>

#include "cpython/frames.h"

#define BASE  0x100000ull
#define BYTES (4u << 20)

static unsigned char memory[BYTES];
static uint64_t top; /* of what is given out */

static inline bool fetch(void *source, uint64_t addr, void *buf, size_t size)
{
	(void)source;
	if (addr < BASE || addr - BASE > BYTES - size)
		return false;
	memcpy(buf, memory + (addr - BASE), size);
	return true;
}

static inline void put(uint64_t addr, uint64_t value)
{
	memcpy(memory + (addr - BASE), &value, sizeof(value));
}

static inline uint64_t take(size_t size)
{
	uint64_t at = BASE + top;

	top += (size + 15) & ~15ull;
	CHECK(top <= BYTES);
	return at;
}

static inline uint64_t text(const char *s)
{
	uint64_t at = take(strlen(s) + 1);

	memcpy(memory + (at - BASE), s, strlen(s) + 1);
	return at;
}

static inline uint64_t type(const char *name)
{
	uint64_t at = take(64);

	put(at + 24, text(name));
	return at;
}

static struct forged {
	uint64_t code_type, str_type, bytes_type, dict_type, interp, code;
	struct pages *pages;
	struct py_live live;
	struct py_stacks *stacks;
} forged;

/* A str of n code points of width bytes each. */
static inline uint64_t str(const void *points, size_t n, uint32_t width)
{
	bool ascii = width == 0;
	uint64_t at = take(80 + n * 4), data = at + (ascii ? 48 : 72);

	put(at + 8, forged.str_type);
	put(at + 16, n);
	put(at + 32, (uint64_t)(ascii ? 1 : width) << 2 | 1u << 5 | (ascii ? 1u << 6 : 0));
	memcpy(memory + (data - BASE), points, n * (ascii ? 1 : width));
	return at;
}

static inline uint64_t code(uint64_t file, uint64_t name)
{
	uint64_t at = take(256), table = take(64);
	static const unsigned char lines[] = {0x87, 0, 0xd8, 0}; /* 8 units of line 7, one of 8 */

	put(table + 8, forged.bytes_type);
	put(table + 16, sizeof(lines));
	memcpy(memory + (table + 32 - BASE), lines, sizeof(lines));
	put(at + 8, forged.code_type);
	put(at + 16, 9);
	put(at + 72, 7);
	put(at + 112, file);
	put(at + 120, name);
	put(at + 128, name);
	put(at + 136, table);
	put(at + 168, 1);
	return at;
}

static inline uint64_t frame(uint64_t code_at, uint64_t caller)
{
	uint64_t at = take(80);

	put(at + 32, code_at);
	put(at + 48, caller);
	put(at + 56, code_at + 184 + 4);
	return at;
}

static inline uint64_t tstate(uint64_t innermost, uint64_t next, uint64_t self)
{
	uint64_t at = take(320), cframe = take(16);

	put(at + 8, next);
	put(at + 56, cframe);
	put(cframe + 8, innermost);
	put(at + 152, self);
	put(at + 160, self + 1);
	return at;
}

static inline void forge(void)
{
	static struct interp in = {.version = 0x030b, .runtime = BASE};
	uint64_t runtime = take(64);

	CHECK(runtime == BASE);
	forged.code_type = type("code");
	forged.str_type = type("str");
	forged.bytes_type = type("bytes");
	forged.dict_type = type("dict");
	forged.interp = take(64);
	put(runtime + 40, forged.interp);
	forged.code = code(str("a.py", 4, 0), str("f", 1, 0));
	in.layout = py_layout__find(in.version);
	forged.pages = pages__new(fetch, NULL);
	forged.stacks = py_stacks__new();
	CHECK(!py_live__open(&forged.live, &in, forged.pages));
}

/* A dict of 3.11 with one entry, whose keys are str. */
static inline uint64_t dict(uint64_t key, uint64_t value)
{
	uint64_t at = take(64), keys = take(64);

	put(at + 8, forged.dict_type);
	put(at + 32, keys);
	memory[keys + 9 - BASE] = 3;  /* 8 bytes of indices */
	memory[keys + 10 - BASE] = 1; /* no hashes */
	put(keys + 24, 1);
	put(keys + 40, key);
	put(keys + 48, value);
	return at;
}

static inline struct py_stacks *look(void)
{
	static const struct py_native natives[] = {{11, 0x7100}, {12, 0x7000}, {0x7301, 0x7200}};

	pages__forget(forged.pages);
	py_stacks__read(forged.stacks, &forged.live, natives, 3);
	return forged.stacks;
}

static inline void unforge(void)
{
	pages__free(forged.pages);
	py_stacks__free(forged.stacks);
}

#endif
