/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Objects of a live interpreter, read from outside while it stands still. Everything read is taken
 * for hostile: a pointer is good when the kernel can read it, an object when its type bears the
 * right name, a length when it is within a bound. Not thread-safe.
 */
#ifndef BPFPROF_LIVE_H
#define BPFPROF_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "cpython/interp.h"
#include "process/pages.h"

#define PY_STR_MAX 4096 /* code points read of a str; what is longer ends in "..." */

#define PY_FRAME_BYTES 128

/* Where one live interpreter has what struct py_layout does not tell, all in bytes. Fields of
 * objects are those with the GIL: struct py_live's shift comes on top. */
struct py_offsets {
	uint32_t runtime_head; /* in _PyRuntime: the first interpreter state */
	uint32_t interp_next, interp_threads, interp_modules;
	uint32_t interp_id;   /* from 3.12 on: its number, of 8 bytes */
	uint32_t runtime_gil; /* before 3.12: the lock itself; or 0 */
	uint32_t interp_gil;  /* then: a pointer to it; 0 without the GIL */
	uint32_t tstate_next, tstate_thread_id, tstate_native_id;
	uint32_t frame_instr; /* before 3.11: f_lasti, an int; then a pointer to the instruction */
	uint32_t frame_tlbc;  /* without the GIL, 3.14: index of the thread's bytecode; or 0 */
	uint32_t frame_bytes; /* up to the last field that is read, PY_FRAME_BYTES at most */
	uint32_t code_lines;  /* co_lnotab or co_linetable */
	uint32_t code_bytes;  /* 3.11: the bytecode itself */
	uint32_t code_traced; /* 3.11: number of the first instruction that shows in a stack */
	uint32_t code_tlbc;
	uint32_t object; /* size of an object's head; its type is the last word of it */
};

enum py_type { PY_CODE, PY_STR, PY_BYTES, PY_INT, PY_DICT, PY_MODULE, PY_TYPES };

struct py_live {
	struct pages *pages;
	const struct py_layout *layout;
	uint64_t runtime; /* address of _PyRuntime */
	uint32_t shift;	  /* without the GIL, objects' fields lie so much further on */
	struct py_offsets at;
	uint64_t types[PY_TYPES]; /* addresses of types that were seen to be these */
};

/* Begins to read the interpreter of *in by pages, which stay the caller's. NULL, or why it cannot
 * be read. */
const char *py_live__open(struct py_live *live, const struct interp *in, struct pages *pages);

/* Reads 8 bytes, or an int, at addr. False where they cannot be read. */
bool py_live__word(const struct py_live *live, uint64_t addr, uint64_t *word);
bool py_live__int(const struct py_live *live, uint64_t addr, int32_t *number);
/* Whether there is an object of that type at that address. */
bool py_live__is(struct py_live *live, uint64_t object, enum py_type type);

/* A new string, valid UTF-8; NULL where the object is no str. */
char *py_live__str(struct py_live *live, uint64_t object);
/* Whether an object is the str of that ASCII text. */
bool py_live__str_is(struct py_live *live, uint64_t object, const char *text);
/* The bytes of a bytes object, up to max of them, into buf; how many it has, or -1. */
int64_t py_live__bytes(struct py_live *live, uint64_t object, uint64_t max, void *buf);

/* What a code object says of itself. */
struct py_code {
	char *file, *name, *qualname; /* qualname: NULL before 3.11 */
	int32_t first_line;
};

/* False where there is no code object at that address. */
bool py_code__read(struct py_live *live, uint64_t code, struct py_code *out);
void py_code__free(struct py_code *code);

#endif
