/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where a live interpreter keeps its threads and frames. Up to 3.12 this is a row of numbers by
 * version, read off the headers. Since 3.13 the interpreter states them itself in _Py_DebugOffsets,
 * at the start of _PyRuntime, for builds without the GIL too; what it leaves out is in the row.
 */
#include <string.h>

#include "cpython/live.h"

#define COOKIE	   "xdebugpy"
#define STATED_MAX 128	 /* words of _Py_DebugOffsets that are looked at */
#define OBJECT	   16	 /* size of an object's head with the GIL */
#define BOUND	   65536 /* no structure is larger */

static const struct row {
	uint16_t version;
	struct py_offsets at;
} rows[] = {
	{0x0308,
	 {.runtime_head = 32,
	  .runtime_gil = 1152,
	  .interp_threads = 8,
	  .interp_modules = 56,
	  .tstate_next = 8,
	  .tstate_thread_id = 176,
	  .frame_instr = 104,
	  .code_lines = 120}},
	{0x0309,
	 {.runtime_head = 32,
	  .runtime_gil = 352,
	  .interp_threads = 8,
	  .interp_modules = 856,
	  .tstate_next = 8,
	  .tstate_thread_id = 176,
	  .frame_instr = 104,
	  .code_lines = 120}},
	{0x030a,
	 {.runtime_head = 32,
	  .runtime_gil = 352,
	  .interp_threads = 8,
	  .interp_modules = 856,
	  .tstate_next = 8,
	  .tstate_thread_id = 176,
	  .frame_instr = 96,
	  .code_lines = 120}},
	{0x030b,
	 {.runtime_head = 40,
	  .runtime_gil = 360,
	  .interp_threads = 16,
	  .interp_modules = 888,
	  .tstate_next = 8,
	  .tstate_thread_id = 152,
	  .tstate_native_id = 160,
	  .frame_instr = 56,
	  .code_lines = 136,
	  .code_traced = 168,
	  .code_bytes = 184}},
	{0x030c,
	 {.runtime_head = 40,
	  .interp_gil = 384,
	  .interp_id = 8,
	  .interp_threads = 72,
	  .interp_modules = 944,
	  .tstate_next = 8,
	  .tstate_thread_id = 136,
	  .tstate_native_id = 144,
	  .frame_instr = 56,
	  .code_lines = 136,
	  .code_traced = 176,
	  .code_bytes = 192}},
	{0x030d, {.code_lines = 136, .code_traced = 184}},
	{0x030e, {.code_lines = 136, .code_traced = 192}},
	{0x030f, {.code_lines = 136, .code_traced = 192}},
};

/* Which word of _Py_DebugOffsets says what. */
enum stated {
	HEAD,
	ID,
	NEXT,
	THREADS,
	MODULES,
	GIL,
	TS_NEXT,
	TS_THREAD,
	TS_NATIVE,
	F_INSTR,
	F_TLBC,
	C_TLBC,
	C_BYTES,
	STATED
};

static const struct {
	uint16_t version;
	uint8_t word[STATED]; /* 0: not stated */
} stated[] = {
	{0x030d, {5, 7, 8, 9, 11, 14, 21, 24, 25, 31, 0, 0, 43}},
	{0x030e, {5, 7, 8, 9, 12, 15, 24, 27, 28, 34, 38, 49, 48}},
	{0x030f, {5, 7, 8, 9, 12, 15, 24, 30, 31, 42, 46, 57, 56}},
};

static const struct row *row_of(uint16_t version)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (rows[i].version == version)
			return &rows[i];
	}
	return NULL;
}

static const uint8_t *stated_words(uint16_t version)
{
	for (size_t i = 0; i < sizeof(stated) / sizeof(*stated); i++) {
		if (stated[i].version == version)
			return stated[i].word;
	}
	return NULL;
}

/* By enum stated, what the interpreter says; false where it says something else than offsets. */
static bool read_stated(const struct py_live *live, const uint8_t *word, uint32_t at[STATED])
{
	uint64_t all[STATED_MAX];

	if (!pages__read(live->pages, live->runtime, all, sizeof(all)) ||
	    memcmp(all, COOKIE, sizeof(*all)) || all[1] >> 16 != live->layout->version ||
	    !all[2] != !live->layout->free_threaded)
		return false;
	for (size_t i = 0; i < STATED; i++) {
		at[i] = word[i] ? all[word[i]] : 0;
		if (word[i] && all[word[i]] >= BOUND)
			return false;
	}
	return true;
}

static bool take_stated(struct py_live *live, const uint8_t *word)
{
	const bool free_threaded = live->layout->free_threaded;
	struct py_offsets *to = &live->at;
	uint32_t at[STATED];

	if (!read_stated(live, word, at))
		return false;
	to->runtime_head = at[HEAD];
	to->interp_id = at[ID];
	to->interp_next = at[NEXT];
	to->interp_threads = at[THREADS];
	to->interp_modules = at[MODULES];
	to->interp_gil = free_threaded ? 0 : at[GIL];
	to->tstate_next = at[TS_NEXT];
	to->tstate_thread_id = at[TS_THREAD];
	to->tstate_native_id = at[TS_NATIVE];
	to->frame_instr = at[F_INSTR];
	to->frame_tlbc = free_threaded ? at[F_TLBC] : 0;
	to->code_tlbc = free_threaded ? at[C_TLBC] : 0;
	to->code_bytes = at[C_BYTES] - live->shift;
	return true;
}

static uint32_t last_of(const struct py_layout *l, const struct py_offsets *at)
{
	const uint32_t fields[] = {l->frame_code, l->frame_prev, at->frame_instr, at->frame_tlbc};
	uint32_t last = l->frame_owner + 1;

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (fields[i] + 8 > last)
			last = fields[i] + 8;
	}
	return last;
}

/* False where it is not what its version has. */
static bool find_offsets(struct py_live *live, const struct row *row)
{
	const uint8_t *word = stated_words(live->layout->version);

	live->at = row->at;
	live->shift = live->layout->object_type + 8 - OBJECT;
	live->at.object = live->layout->object_type + 8;
	if (word && !take_stated(live, word))
		return false;
	live->at.frame_bytes = last_of(live->layout, &live->at);
	return live->at.frame_bytes <= PY_FRAME_BYTES;
}

const char *py_live__open(struct py_live *live, const struct interp *in, struct pages *pages)
{
	const struct row *row = row_of(in->version);
	uint64_t head;

	*live = (struct py_live){.pages = pages, .layout = in->layout};
	if (!row || !in->layout)
		return "this bpfprof does not know this version of CPython; use CPython " PY_KNOWN;
	if (!in->runtime)
		return "its interpreter has no symbol _PyRuntime; use a build that exports it";
	live->runtime = in->runtime + in->bias;
	if (!py_live__word(live, live->runtime, &head))
		return "it has ended, or runs another program now; try again";
	if (!find_offsets(live, row))
		return "its interpreter is laid out otherwise than its version says; report this "
		       "build";
	if (!py_live__word(live, live->runtime + live->at.runtime_head, &head) || !head)
		return "its interpreter has not started yet, or has ended; try again";
	return NULL;
}
