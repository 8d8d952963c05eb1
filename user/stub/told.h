/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The callbacks of sys.monitoring: of a call, its return, its exception. Part of the stub. */
#ifndef BPFPROF_STUB_TOLD_H
#define BPFPROF_STUB_TOLD_H

#include "armed.h"
#include "cfuncs.h"

#define OBJECT_OF (1ull << 62) /* with that a type stands for what is of it */

enum { ARG_CODE, ARG_OFFSET, ARG_CALLABLE, ARG_SELF };

/* The PyMethodDef of what is called, which tells C functions apart as cProfile does; 0: it is none
 * of these. */
ALWAYS __u64 definition_of(const __u64 *args)
{
	__u64 callable = args[ARG_CALLABLE], type = type_of(callable);

	if (is_cfunction(type))
		return definition_of_cfunction(callable);
	if (is_descriptor(type) && args[ARG_SELF] != cfuncs.missing)
		return definition_of_descriptor(callable);
	return 0;
}

/* What else is called tells itself apart, with --builtins=all: a type, what a slot wrapper wraps,
 * and of other objects their types; 0: it is Python's. */
APART static __u64 callable_of(const __u64 *args)
{
	__u64 callable = args[ARG_CALLABLE], type = type_of(callable);

	if (type == config.symbol[STUB_FUNCTION] || type == config.symbol[STUB_METHOD])
		return 0;
	if (type == config.symbol[STUB_WRAPPER_DESCR])
		return definition_of_descriptor(callable);
	return is_type(callable) ? callable : type | OBJECT_OF;
}

ALWAYS __u64 known_as(const __u64 *args)
{
	__u64 definition = definition_of(args);

	return definition || !RARE(config.callables) ? definition : callable_of(args);
}

__u64 cfunc_call(__u64 self, const __u64 *args)
{
	__u64 tstate = tstate_now(), frame = frame_now(tstate), definition = known_as(args);

	(void)self;
	if (RARE(!is_counting()))
		disarm(tstate);
	else if (definition)
		enter_cfunc(tstate, frame, definition, args[ARG_CALLABLE]);
	if (RARE(definition && definition == cfuncs.use_tool))
		make_way(tstate, args[ARG_SELF]);
	return config.symbol[STUB_NONE];
}

__u64 cfunc_return(__u64 self, const __u64 *args)
{
	__u64 tstate = tstate_now(), frame = frame_now(tstate);

	(void)self;
	if (RARE(!is_counting())) {
		disarm(tstate);
	} else if (RARE(leave_cfunc(tstate, call_from(frame), known_as(args) != 0) >=
			*(volatile __u64 *)&state.deadline)) {
		flip();
		disarm(tstate);
	}
	return config.symbol[STUB_NONE];
}

/* Not the place to call the interpreter's functions from. */
__u64 cfunc_raise(__u64 self, const __u64 *args)
{
	__u64 tstate = tstate_now(), frame = frame_now(tstate);

	(void)self;
	if (is_counting())
		leave_cfunc(tstate, call_from(frame), known_as(args) != 0);
	return config.symbol[STUB_NONE];
}

#endif
