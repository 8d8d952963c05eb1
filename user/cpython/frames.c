/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Walks interpreters, threads and frames. */
#include "cpython/frames.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/shared.h"

#define INTERPRETERS_MAX 1024
#define CODE_ALIGN	 7 /* a reference's low bits are tags since 3.14 */
#define WARM_BYTES	 (256u << 10)
#define GIL_HOLDER	 8  /* in the GIL: the thread state that held it last */
#define GIL_LOCKED	 16 /* in the GIL: an int, 1 while it is held */
#define OLD_FRAME	 24 /* before 3.11, in a thread state: the innermost frame */
#define UNIT		 2  /* bytes of an instruction */
#define CODE_UNITS	 16 /* in a code object: its instructions' number (3.11) */

enum owner { OWNER_THREAD, OWNER_GENERATOR, OWNER_FRAME_OBJECT, OWNER_INTERPRETER };

/* What ends a walk along pointers that lead in a circle: the pointer is compared with one that it
 * passed, which is moved up each time the distance has doubled. */
struct circle {
	uint64_t passed, steps, next;
};

static bool circle__closes(struct circle *c, uint64_t at)
{
	if (c->steps && at == c->passed)
		return true;
	if (c->steps++ == c->next) {
		c->next = 2 * c->next + 1;
		c->passed = at;
	}
	return false;
}

struct py_stacks *py_stacks__new(void)
{
	return shared__new(sizeof(struct py_stacks));
}

void py_stacks__free(struct py_stacks *s)
{
	shared__free(s, sizeof(*s));
}

void py_stacks__warm(struct py_stacks *s)
{
	shared__warm(s, WARM_BYTES);
	shared__warm(s->frames, WARM_BYTES);
}

/* --- a frame -----------------------------------------------------------------------------------
 */

static uint64_t word_in(const unsigned char *frame, uint32_t at)
{
	uint64_t word;

	memcpy(&word, frame + at, sizeof(word));
	return word;
}

static int32_t int_in(const unsigned char *frame, uint32_t at)
{
	int32_t number;

	memcpy(&number, frame + at, sizeof(number));
	return number;
}

/* The address of a frame's bytecode. Without the GIL each thread has a copy of its own. */
static bool bytecode_of(const struct py_live *live, uint64_t code, const unsigned char *frame,
			uint64_t *start)
{
	const struct py_offsets *at = &live->at;
	uint64_t copies, n;
	int32_t index;

	*start = code + at->code_bytes + live->shift;
	if (!at->frame_tlbc || !at->code_tlbc)
		return true;
	index = int_in(frame, at->frame_tlbc);
	return index >= 0 && py_live__word(live, code + at->code_tlbc, &copies) &&
	       py_live__word(live, copies, &n) && (uint64_t)index < n &&
	       py_live__word(live, copies + 8 + 8ull * index, start);
}

/* 3.11 and later. Python shows no frame before its first traced instruction, unless a generator
 * owns it. */
static bool find_instruction(const struct py_live *live, struct py_frame *f,
			     const unsigned char *frame)
{
	const struct py_offsets *at = &live->at;
	uint64_t start, units = 0;
	int32_t traced = 0;
	int64_t passed;

	f->at = -1;
	if (!bytecode_of(live, f->code, frame, &start) ||
	    !py_live__int(live, f->code + at->code_traced + live->shift, &traced) ||
	    !py_live__word(live, f->code + CODE_UNITS + live->shift, &units))
		return true;
	passed = word_in(frame, at->frame_instr) - start;
	if (f->owner != OWNER_GENERATOR && passed >= -UNIT && passed < (int64_t)UNIT * traced)
		return false;
	if (passed >= 0 && (uint64_t)passed / UNIT < units)
		f->at = passed;
	return true;
}

/* Before 3.11 a frame is an object, and holds the number of its instruction; 3.10 counts in
 * instructions. */
static void find_instruction_before_311(const struct py_live *live, struct py_frame *f,
					const unsigned char *frame)
{
	int32_t last = int_in(frame, live->at.frame_instr);

	f->at = last < 0 ? -1 : live->layout->version < 0x030a ? last : last * UNIT;
}

/* Whether *f, whose memory is frame, is to be shown. */
static bool look(struct py_live *live, struct py_frame *f, const unsigned char *frame)
{
	const struct py_layout *l = live->layout;

	f->code = word_in(frame, l->frame_code) & ~(uint64_t)CODE_ALIGN;
	f->owner = l->frame_owner ? frame[l->frame_owner] : OWNER_THREAD;
	if (f->owner >= OWNER_INTERPRETER || !py_live__is(live, f->code, PY_CODE))
		return false;
	if (live->at.code_bytes)
		return find_instruction(live, f, frame);
	find_instruction_before_311(live, f, frame);
	return true;
}

/* --- a thread ----------------------------------------------------------------------------------
 */

static bool innermost(const struct py_live *live, uint64_t tstate, uint64_t *frame)
{
	const struct py_layout *l = live->layout;
	uint64_t cframe;

	*frame = 0; /* a thread state that was never used has no cframe */
	if (!l->tstate_cframe)
		return py_live__word(
			live, tstate + (l->tstate_current ? l->tstate_current : OLD_FRAME), frame);
	if (!py_live__word(live, tstate + l->tstate_cframe, &cframe))
		return false;
	return !cframe || py_live__word(live, cframe + l->cframe_current, frame);
}

static enum py_cut walk(struct py_stacks *s, struct py_live *live, struct py_thread *t)
{
	unsigned char bytes[PY_FRAME_BYTES];
	struct circle circle = {0};
	struct py_frame f = {0};

	if (!innermost(live, t->tstate, &f.frame))
		return PY_CUT_BROKEN;
	while (f.frame) {
		if (circle__closes(&circle, f.frame))
			return PY_CUT_CYCLE;
		if (circle.steps > PY_DEPTH_MAX || s->looked++ == PY_FRAMES_MAX)
			return PY_CUT_DEEP;
		if (!pages__read(live->pages, f.frame, bytes, live->at.frame_bytes))
			return PY_CUT_BROKEN;
		if (look(live, &f, bytes)) {
			s->frames[s->nframes++] = f;
			t->n++;
		}
		f.frame = word_in(bytes, live->layout->frame_prev);
	}
	return PY_CUT_NONE;
}

static int by_tcb(const void *a, const void *b)
{
	uint64_t x = ((const struct py_native *)a)->tcb, y = ((const struct py_native *)b)->tcb;

	return x < y ? -1 : x > y;
}

static const struct py_native *native_of(const struct py_live *live, uint64_t tstate,
					 const struct py_native *sorted, size_t n)
{
	const struct py_native *found;
	struct py_native key = {0};
	uint64_t id = 0;

	if (py_live__word(live, tstate + live->at.tstate_thread_id, &key.tcb) && key.tcb) {
		found = bsearch(&key, sorted, n, sizeof(key), by_tcb);
		if (found)
			return found;
	}
	if (!live->at.tstate_native_id ||
	    !py_live__word(live, tstate + live->at.tstate_native_id, &id))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if ((uint64_t)sorted[i].tid == id)
			return &sorted[i];
	}
	return NULL;
}

/* --- all of them -------------------------------------------------------------------------------
 */

/* The GIL of an interpreter, and the thread state that holds it. */
struct gil {
	uint64_t at, holder;
};

static struct gil gil_of(const struct py_live *live, uint64_t interp)
{
	const struct py_offsets *at = &live->at;
	struct gil gil = {0};
	int32_t locked = 0;

	if (at->runtime_gil)
		gil.at = live->runtime + at->runtime_gil;
	else if (!at->interp_gil || !py_live__word(live, interp + at->interp_gil, &gil.at))
		return (struct gil){0};
	if (!py_live__int(live, gil.at + GIL_LOCKED, &locked) || locked != 1 ||
	    !py_live__word(live, gil.at + GIL_HOLDER, &gil.holder))
		gil.holder = 0;
	return gil;
}

static enum py_cut read_interp(struct py_stacks *s, struct py_live *live, uint64_t interp,
			       const struct py_native *sorted, size_t n)
{
	const struct gil gil = gil_of(live, interp);
	struct circle circle = {0};
	uint64_t tstate, next;

	if (!py_live__word(live, interp + live->at.interp_threads, &tstate))
		return PY_CUT_BROKEN;
	for (; tstate; tstate = next) {
		const struct py_native *native = native_of(live, tstate, sorted, n);
		struct py_thread *t;

		if (circle__closes(&circle, tstate))
			return PY_CUT_CYCLE;
		if (s->nthreads == PY_THREADS_MAX)
			return PY_CUT_DEEP;
		if (!py_live__word(live, tstate + live->at.tstate_next, &next))
			return PY_CUT_BROKEN;
		t = &s->threads[s->nthreads++];
		*t = (struct py_thread){.tid = native ? native->tid : 0,
					.tcb = native ? native->tcb : 0,
					.tstate = tstate,
					.gil = gil.at,
					.holds_gil = tstate == gil.holder,
					.first = s->nframes};
		t->cut = walk(s, live, t);
	}
	return PY_CUT_NONE;
}

void py_stacks__read(struct py_stacks *s, struct py_live *live, const struct py_native *natives,
		     size_t n)
{
	struct py_native *sorted = xcalloc(n + 1, sizeof(*sorted));
	uint64_t interp, at = live->runtime + live->at.runtime_head;
	struct circle circle = {0};

	memcpy(sorted, natives, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_tcb);
	s->nthreads = s->nframes = s->looked = 0;
	s->cut = PY_CUT_NONE;
	while (s->cut == PY_CUT_NONE) {
		if (!py_live__word(live, at, &interp))
			s->cut = PY_CUT_BROKEN;
		else if (!interp)
			break;
		else if (circle__closes(&circle, interp))
			s->cut = PY_CUT_CYCLE;
		else if (circle.steps > INTERPRETERS_MAX)
			s->cut = PY_CUT_DEEP;
		else
			s->cut = read_interp(s, live, interp, sorted, n);
		at = interp + live->at.interp_next;
	}
	free(sorted);
}
