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
	struct py_places at;
} rows[] = {
	{0x0308,
	 {.runtime_head = 32,
	  .interp_threads = 8,
	  .interp_modules = 56,
	  .tstate_next = 8,
	  .tstate_frame = 24,
	  .tstate_thread_id = 176,
	  .frame_instr = 104,
	  .code_lines = 120}},
	{0x0309,
	 {.runtime_head = 32,
	  .interp_threads = 8,
	  .interp_modules = 856,
	  .tstate_next = 8,
	  .tstate_frame = 24,
	  .tstate_thread_id = 176,
	  .frame_instr = 104,
	  .code_lines = 120}},
	{0x030a,
	 {.runtime_head = 32,
	  .interp_threads = 8,
	  .interp_modules = 856,
	  .tstate_next = 8,
	  .tstate_frame = 24,
	  .tstate_thread_id = 176,
	  .frame_instr = 96,
	  .code_lines = 120}},
	{0x030b,
	 {.runtime_head = 40,
	  .interp_threads = 16,
	  .interp_modules = 888,
	  .tstate_next = 8,
	  .tstate_cframe = 56,
	  .cframe_frame = 8,
	  .tstate_thread_id = 152,
	  .tstate_native_id = 160,
	  .frame_instr = 56,
	  .code_lines = 136,
	  .code_traced = 168,
	  .code_bytes = 184}},
	{0x030c,
	 {.runtime_head = 40,
	  .interp_threads = 72,
	  .interp_modules = 944,
	  .tstate_next = 8,
	  .tstate_cframe = 56,
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

/* Which word of _Py_DebugOffsets says what; the last two are compared with the layout. */
enum stated {
	HEAD,
	NEXT,
	THREADS,
	MODULES,
	TS_NEXT,
	TS_FRAME,
	TS_THREAD,
	TS_NATIVE,
	F_PREV,
	F_CODE,
	F_INSTR,
	F_OWNER,
	F_TLBC,
	C_TLBC,
	C_BYTES,
	C_FILE,
	S_LENGTH,
	STATED
};

static const struct {
	uint16_t version;
	uint8_t word[STATED]; /* 0: not stated */
} stated[] = {
	{0x030d, {5, 8, 9, 11, 21, 23, 24, 25, 29, 30, 31, 33, 0, 0, 43, 35, 69}},
	{0x030e, {5, 8, 9, 12, 24, 26, 27, 28, 32, 33, 34, 36, 38, 49, 48, 40, 79}},
	{0x030f, {5, 8, 9, 12, 24, 26, 30, 31, 40, 41, 42, 44, 46, 57, 56, 48, 91}},
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
static bool read_stated(const struct py_live *live, const uint8_t *word, uint16_t version,
			uint32_t at[STATED], bool *free_threaded)
{
	uint64_t all[STATED_MAX];

	if (!pages__read(live->pages, live->runtime, all, sizeof(all)) ||
	    memcmp(all, COOKIE, sizeof(*all)) || all[1] >> 16 != version)
		return false;
	*free_threaded = all[2];
	for (size_t i = 0; i < STATED; i++) {
		at[i] = word[i] ? all[word[i]] : 0;
		if (word[i] && all[word[i]] >= BOUND)
			return false;
	}
	return true;
}

static bool take_stated(struct py_live *live, const uint8_t *word, uint16_t version)
{
	uint32_t at[STATED];
	bool free_threaded;
	struct py_places *to = &live->at;

	if (!read_stated(live, word, version, at, &free_threaded))
		return false;
	live->shift = free_threaded ? OBJECT : 0;
	to->runtime_head = at[HEAD];
	to->interp_next = at[NEXT];
	to->interp_threads = at[THREADS];
	to->interp_modules = at[MODULES];
	to->tstate_next = at[TS_NEXT];
	to->tstate_frame = at[TS_FRAME];
	to->tstate_thread_id = at[TS_THREAD];
	to->tstate_native_id = at[TS_NATIVE];
	to->frame_prev = at[F_PREV];
	to->frame_code = at[F_CODE];
	to->frame_instr = at[F_INSTR];
	to->frame_owner = at[F_OWNER];
	to->frame_tlbc = free_threaded ? at[F_TLBC] : 0;
	to->code_tlbc = free_threaded ? at[C_TLBC] : 0;
	to->code_bytes = at[C_BYTES] - live->shift;
	if (free_threaded && version >= 0x030e)
		to->str_kind_shift = 8; /* "interned" is a byte there, to be set atomically */
	return at[C_FILE] == live->layout->code_filename + live->shift &&
	       at[S_LENGTH] == live->layout->str_length + live->shift;
}

static uint32_t last_of(const struct py_places *at)
{
	const uint32_t fields[] = {at->frame_code, at->frame_prev, at->frame_instr, at->frame_tlbc};
	uint32_t last = at->frame_owner + 1;

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (fields[i] + 8 > last)
			last = fields[i] + 8;
	}
	return last;
}

const char *py_live__open(struct py_live *live, const struct interp *in, struct pages *pages)
{
	uint64_t head;
	const struct row *row = row_of(in->version);
	const uint8_t *word = stated_words(in->version);

	*live = (struct py_live){.pages = pages, .layout = py_layout__find(in->version)};
	if (!row || !in->layout)
		return "this bpfprof does not know this version of CPython; use CPython 3.8 to "
		       "3.15";
	if (!in->runtime)
		return "its interpreter has no symbol _PyRuntime; use a build that exports it";
	live->runtime = in->runtime + in->bias;
	live->at = row->at;
	live->at.frame_code = in->layout->frame_code;
	live->at.frame_prev = in->layout->frame_prev;
	live->at.frame_owner = in->layout->frame_owner;
	live->at.str_kind_shift = in->layout->str_kind_shift;
	if (!py_live__word(live, live->runtime, &head))
		return "it has ended, or runs another program now; try again";
	if (word && !take_stated(live, word, in->version))
		live->at.frame_bytes = UINT32_MAX;
	else
		live->at.frame_bytes = last_of(&live->at);
	if (live->at.frame_bytes > PY_FRAME_BYTES)
		return "its interpreter is laid out otherwise than its version says; report this "
		       "build";
	live->at.object = OBJECT + live->shift;
	if (!py_live__word(live, live->runtime + live->at.runtime_head, &head))
		head = 0;
	return head ? NULL : "its interpreter has not started yet, or has ended; try again";
}
