/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What tells one code object from another, quickly, and what a frame is. Part of the stub. */
#ifndef BPFPROF_STUB_IDENTITY_H
#define BPFPROF_STUB_IDENTITY_H

#include "bpfprof/content.h"

/*
 * What stands for a code object, with where it is: 3.11 numbers none, but the states of functions,
 * once a call of one was specialised. A function whose code is replaced loses its number, and none
 * is given twice. A frame may yet run a code that its function had before; that is alive since
 * before the number was given, so number and address together are one code object's.
 */
ALWAYS struct stub_cheap *kept_by(__u64 frame, __u64 code, __u64 *key)
{
	__u64 version = config.func_version ? AT32(AT(frame, 0), config.func_version) : 0;

	*key = version << 32 | (__u32)(code >> 4);
	return version ? &state.cheaps[version % STUB_CHEAPS] : 0;
}

/* What stands for a code object that frame runs; the same for two of them never, see content.h. */
ALWAYS __u64 cheap_of(__u64 frame, __u64 code)
{
	__u64 number = cheap_of_number(code), key, cheap;
	struct stub_cheap *kept;

	if (number)
		return number;
	kept = kept_by(frame, code, &key);
	if (kept && kept->key == key)
		return kept->cheap;
	cheap = cheap_of_content(code);
	if (kept)
		*kept = (struct stub_cheap){key, cheap};
	return cheap;
}

/* Whether content_of has not seen all of it. */
static int is_long(__u64 code)
{
	return AT(AT(code, config.code_filename), config.str_length) > CONTENT_HASHED / 4 ||
	       AT(AT(code, config.code_name), config.str_length) > CONTENT_HASHED / 4;
}

/* The code object that a frame runs. */
ALWAYS __u64 code_of(__u64 frame)
{
	return AT(frame, config.frame_code) & ~7ull;
}

#define CO_MAKES 0x2a0 /* CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR */

#define CO_COROUTINES                                                                              \
	0x380 /* CO_COROUTINE | CO_ITERABLE_COROUTINE | CO_ASYNC_GENERATOR: what awaits */

/* Whether its frames are coroutines'. */
ALWAYS int is_coroutines(__u64 code)
{
	return AT32(code, config.code_flags) & CO_COROUTINES;
}

/* Calls of that code are activations of coroutines that are to be timed. */
ALWAYS int times(__u64 code)
{
	return RARE(config.coroutines) && is_coroutines(code);
}

/* 3.11 and later make a generator or coroutine by evaluating its frame up to where it is made:
 * that is no call. Its resumes are, and then the frame is the generator's. */
ALWAYS int is_creation(__u64 frame, __u64 code)
{
	return config.frame_owner && AT32(code, config.code_flags) & CO_MAKES &&
	       !*(const __u8 *)(frame + config.frame_owner);
}

/* Whether the frame is a generator's or coroutine's, and so is there between its activations. */
ALWAYS int is_generators(__u64 frame)
{
	return *(const __u8 *)(frame + config.frame_owner) == 1;
}

/* Whether the frame is the interpreter's own: on the C stack, or (3.14) at the bottom of a
 * thread's. */
ALWAYS int is_interpreters(__u64 frame)
{
	return *(const __u8 *)(frame + config.frame_owner) >= 3;
}

#endif
