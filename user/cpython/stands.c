/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What frames say of generators. */
#include <errno.h>
#include <string.h>

#include "cpython/optable.h"
#include "cpython/stands.h"
#include "cpython/tstate.h"
#include "process/procmem.h"

#define CODE_CODE   48	/* in a code object of 3.8 to 3.10: its instructions */
#define FRAME_INSTR 56	/* in a frame of 3.15: a pointer to the instruction */
#define EXCEPTION   136 /* in a thread state of 3.15: the exception that passes */
#define STATE	    5	/* before a generator's frame, 3.13 on */
#define CODE_TAGS   7
#define COROUTINES                                                                                 \
	0x380 /* CO_COROUTINE | CO_ITERABLE_COROUTINE | CO_ASYNC_GENERATOR, of a code's flags */

bool stands__by_frame(struct acc_stands *to, uint16_t version)
{
	static const struct {
		uint16_t version;
		uint32_t lasti, lasti_shift, stack, state;
	} rows[] = {{0x0308, 104, 0, 72, 0}, {0x0309, 104, 0, 72, 0}, {0x030a, 96, 1, 0, 108}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (rows[i].version != version)
			continue;
		*to = (struct acc_stands){.lasti = rows[i].lasti,
					  .lasti_shift = rows[i].lasti_shift,
					  .stack = rows[i].stack,
					  .state = rows[i].state,
					  .code_code = CODE_CODE};
		return true;
	}
	return false;
}

static int find_tstate(struct acc_stands *to, const struct interp *in, const char **why)
{
	struct tstate_way way;

	if (tstate_way__find(&way, in, why))
		return -ENOENT;
	*why = "its thread state is not where a probe can read it";
	to->tstate = way.arg;
	to->by_thread = way.how == TSTATE_THREADS;
	return way.how == TSTATE_CALL ? -ENOENT : 0;
}

int stands__at_probes(struct acc_stands *to, const struct interp *in, const char **why)
{
	static const char *const resumes[ACC_STANDS_OPS] = {
		"RESUME", "RESUME_CHECK", "RESUME_CHECK_JIT", "INSTRUMENTED_RESUME"};

	if (stands__by_frame(to, in->version))
		return 0;
	*why = "nothing is known of this version's coroutines at its probes";
	if (in->version != 0x030f || in->layout->free_threaded)
		return -ENOENT;
	*to = (struct acc_stands){.instr = FRAME_INSTR,
				  .exception = EXCEPTION,
				  .creates = optable__op("RETURN_GENERATOR", in->version)};
	for (size_t i = 0; i < ACC_STANDS_OPS; i++)
		to->resumes[i] = optable__op(resumes[i], in->version);
	return find_tstate(to, in, why);
}

struct stands_yield stands__at_yields(const struct interp *in)
{
	static const struct {
		uint16_t version;
		int8_t first, last; /* suspended, in a yield from too */
	} rows[] = {{0x030d, -2, -1}, {0x030e, -2, -1}, {0x030f, 1, 3}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (rows[i].version == in->version && in->layout)
			return (struct stands_yield){in->layout->frame_code, in->layout->code_flags,
						     rows[i].first, rows[i].last};
	}
	return (struct stands_yield){0};
}

bool stands__yields(const struct stands_yield *y, int mem, uint64_t frame)
{
	uint64_t code;
	uint32_t flags;
	int8_t state;

	return procmem__read(mem, frame - STATE, &state, sizeof(state)) && state >= y->first &&
	       state <= y->last && procmem__read(mem, frame + y->frame_code, &code, sizeof(code)) &&
	       procmem__read(mem, (code & ~(uint64_t)CODE_TAGS) + y->code_flags, &flags,
			     sizeof(flags)) &&
	       flags & COROUTINES;
}
