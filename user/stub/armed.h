/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The stub as a tool of sys.monitoring (3.12 and later), in each interpreter that comes by: there
 * the interpreter tells it of calls of C functions. The program's own tools go on as before. It
 * gives the tool back where it is called and not alive any more, as in a forked child.
 *
 * What is done here is done by the thread that runs the interpreter, in place of one of its
 * instructions, or as a callback. It may run audit hooks of the program's. Part of the stub.
 */
#ifndef BPFPROF_STUB_ARMED_H
#define BPFPROF_STUB_ARMED_H

#include "follow.h"
#include "python.h"

#define TOOL_FIRST    3 /* to be had: those before have their uses, those behind are CPython's */
#define TOOL_LAST     4
#define METH_FASTCALL 0x80

HIDDEN __u64 cfunc_call(__u64 self, const __u64 *args);
HIDDEN __u64 cfunc_return(__u64 self, const __u64 *args);
HIDDEN __u64 cfunc_raise(__u64 self, const __u64 *args);

/* 1: it was something, which is gone now; 0: an error, which is cleared. */
static int done(__u64 result)
{
	if (result)
		PY(DECREF, result);
	else
		PY(CLEAR_ERROR, 0);
	return result != 0;
}

static __u64 event_of(__u64 monitoring, __u32 i)
{
	const char *name = i == STUB_CALL ? "CALL" : i == STUB_C_RETURN ? "C_RETURN" : "C_RAISE";
	__u64 events = PY(ATTRIBUTE, monitoring, "events");
	__u64 event = events ? PY(ATTRIBUTE, events, name) : 0;

	done(events);
	return event;
}

/* The callback of an event, in place of the one before, which is returned; 0: an error. */
static __u64 register_callback(__u64 monitoring, __u32 tool, __u32 i, __u64 callback)
{
	__u64 event = event_of(monitoring, i);
	__u64 before = event ? PY(CALL_METHOD, monitoring, "register_callback", "iOO", tool, event,
				  callback)
			     : 0;

	done(event);
	return before;
}

/* Leaves out what CPython does for each call of a METH_FASTCALL: a vectorcall is given the same,
 * and a recursion has nothing to be held against. */
static void call_directly(__u64 function, __u32 i)
{
	__u64 *vectorcall = vectorcall_of(function);

	if (*vectorcall)
		*vectorcall = cfuncs.methods[i].function;
}

/* Nobody gets to see the function but the audit hooks. */
static int add_callback(__u64 monitoring, const struct stub_armed *a, __u32 i)
{
	__u64 function = PY(NEW_CFUNCTION, &cfuncs.methods[i], a->capsule, 0ull), before;

	if (!function)
		return done(0);
	PY(UNTRACK, function);
	call_directly(function, i);
	before = register_callback(monitoring, a->tool, i, function);
	if (references_to(function) > 1 + (before != 0))
		cfuncs.kept = 1;
	PY(DECREF, function);
	return done(before);
}

/* Whoever holds a callback yet would find no code behind it, as does the interpreter where an audit
 * hook forbids that it goes. Without the GIL another thread may be
 * about to call it, of which the interpreter keeps no count: then it is not freed. */
static void remove_callback(__u64 monitoring, __u32 tool, __u32 i)
{
	__u64 before = register_callback(monitoring, tool, i, config.symbol[STUB_NONE]);

	if (!before || (before != config.symbol[STUB_NONE] && references_to(before) > 1))
		cfuncs.kept = 1;
	if (!before || !config.free_threaded)
		done(before);
}

/* 0: both are taken. */
static __u32 take_tool(__u64 monitoring)
{
	for (__u32 id = TOOL_FIRST; id <= TOOL_LAST; id++) {
		if (done(PY(CALL_METHOD, monitoring, "use_tool_id", "is", id, "bpfprof")))
			return id;
	}
	return 0;
}

/* Of calls, or (0) of nothing: how they end is told with them. */
static int set_events(__u64 monitoring, __u32 tool, __u64 event)
{
	int is_set = event && done(PY(CALL_METHOD, monitoring, "set_events", "iO", tool, event));

	done(event);
	return is_set;
}

/* With so many of the callbacks. */
static void give_back(__u64 monitoring, __u32 tool, __u32 callbacks)
{
	done(PY(CALL_METHOD, monitoring, "set_events", "ii", tool, 0));
	for (__u32 i = 0; i < callbacks; i++)
		remove_callback(monitoring, tool, i);
	done(PY(CALL_METHOD, monitoring, "free_tool_id", "i", tool));
}

static void make_methods(void)
{
	for (__u32 i = 0; i < STUB_EVENTS; i++)
		cfuncs.methods[i] = (struct stub_method){(__u64) "bpfprof",
							 i == STUB_CALL	      ? (__u64)cfunc_call
							 : i == STUB_C_RETURN ? (__u64)cfunc_return
									      : (__u64)cfunc_raise,
							 METH_FASTCALL, 0};
}

static void forget(struct stub_armed *a)
{
	cfuncs.settled = 0;
	a->capsule = 0;
	a->arming = STUB_NOT_ARMED;
	__atomic_store_n(&a->interp, 0, __ATOMIC_RELEASE); /* another may take it now */
}

/* The callbacks are gone, and not by us: with their interpreter, in whose place another may come.
 */
static void callbacks_gone(__u64 capsule)
{
	for (__u32 i = 0; i < STUB_INTERPS; i++) {
		struct stub_armed *a = &cfuncs.armed[i];

		if (a->capsule == capsule && a->arming == STUB_ARMED)
			forget(a);
	}
}

/* How many have been added: less than all where one was refused. */
static __u32 add_callbacks(__u64 monitoring, struct stub_armed *a)
{
	__u64 capsule = PY(NEW_CAPSULE, a, 0ull, callbacks_gone);
	__u32 i = 0;

	a->capsule = capsule;
	while (capsule && i < STUB_EVENTS && add_callback(monitoring, a, i))
		i++;
	done(capsule);
	return i;
}

/* Both live for ever. */
static void learn(__u64 monitoring)
{
	__u64 use_tool = PY(ATTRIBUTE, monitoring, "use_tool_id");

	cfuncs.missing = PY(ATTRIBUTE, monitoring, "MISSING");
	if (use_tool && is_cfunction(type_of(use_tool)))
		cfuncs.use_tool = definition_of_cfunction(use_tool);
	done(use_tool);
}

/* Takes a tool, and has the interpreter tell of calls. */
static void arm(struct stub_armed *a, __u64 monitoring)
{
	__u32 added;

	learn(monitoring);
	a->tool = take_tool(monitoring);
	if (!a->tool) {
		a->arming = STUB_NO_TOOL;
		return;
	}
	make_methods();
	added = add_callbacks(monitoring, a);
	if (added == STUB_EVENTS &&
	    set_events(monitoring, a->tool, event_of(monitoring, STUB_CALL))) {
		cfuncs.settled = config.invalidate ? 0 : a->interp;
		a->arming = STUB_ARMED;
		return;
	}
	give_back(monitoring, a->tool, added);
	a->arming = STUB_REFUSED;
}

/* Early in an interpreter's life there is no sys.monitoring yet. Where there is none after so many
 * functions, the program has taken it away. */
#define LOOKS_MAX 20000

COLD static void try_arm(struct stub_armed *a)
{
	int fails = PY(ERROR, 0) != 0;
	__u64 monitoring = fails ? 0 : PY(FROM_SYS, "monitoring");

	if (monitoring)
		arm(a, monitoring);
	else if (fails || ++a->looks < LOOKS_MAX)
		a->arming = STUB_NOT_ARMED;
	else
		a->arming = STUB_NO_MODULE;
}

/* A free entry, for that interpreter. Of its threads that run at once all get the same. */
COLD static struct stub_armed *take_entry(__u64 interp)
{
	for (__u32 i = 0; i < STUB_INTERPS; i++) {
		struct stub_armed *a = &cfuncs.armed[i];
		__u64 before = 0;

		if (__atomic_compare_exchange_n(&a->interp, &before, interp, 0, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED) ||
		    before == interp)
			return a;
	}
	return 0;
}

/* The entry of an interpreter; 0: none is left. */
COLD static struct stub_armed *armed_of(__u64 interp)
{
	for (__u32 i = 0; i < STUB_INTERPS; i++) {
		if (cfuncs.armed[i].interp == interp)
			return &cfuncs.armed[i];
	}
	return take_entry(interp);
}

/* The entry of the interpreter that runs, where that is to be armed; else 0. */
static struct stub_armed *to_be_armed(__u64 tstate)
{
	struct stub_armed *a = armed_of(AT(tstate, config.tstate_interp));

	if (!a || a->arming != STUB_NOT_ARMED || AT32(tstate, config.tstate_tracing))
		return 0;
	return a;
}

/* Of threads that run at once one alone goes on. */
static int is_first(struct stub_armed *a, __u32 from)
{
	return __atomic_compare_exchange_n(&a->arming, &from, STUB_BUSY, 0, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

/* At an instruction of the interpreter's. */
COLD static void arm_now(struct stub_armed *a)
{
	if (is_first(a, STUB_NOT_ARMED))
		stub_call((__u64)try_arm, (__u64)a, 0);
}

/* In a callback. Where the program has taken sys.monitoring away, the callbacks cannot go, and the
 * code stays with them. */
COLD static void disarm(__u64 tstate)
{
	struct stub_armed *a = armed_of(AT(tstate, config.tstate_interp));
	__u64 monitoring;

	if (!a || !is_first(a, STUB_ARMED))
		return;
	monitoring = PY(FROM_SYS, "monitoring");
	if (!monitoring) {
		cfuncs.kept = 1;
		return;
	}
	give_back(monitoring, a->tool, STUB_EVENTS);
	forget(a);
}

/* In the callback of a call of use_tool_id: where the program is about to take the stub's tool, the
 * stub makes way, and takes the other one. */
COLD static void make_way(__u64 tstate, __u64 wanted)
{
	struct stub_armed *a = armed_of(AT(tstate, config.tstate_interp));
	__u64 monitoring;
	__u32 tool;

	if (!a || !is_int(wanted) || PY(LONG, wanted) != a->tool || !is_first(a, STUB_ARMED)) {
		PY(CLEAR_ERROR, 0); /* of an int that is too large */
		return;
	}
	tool = a->tool;
	monitoring = PY(FROM_SYS, "monitoring");
	if (monitoring) {
		arm(a, monitoring);
		give_back(monitoring, tool, STUB_EVENTS);
	} else {
		a->arming = STUB_ARMED;
	}
}

#endif
