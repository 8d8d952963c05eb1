/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whose tasks a coroutine awaits that is about to be suspended in a future: asyncio's objects, read
 * as they lie. Part of the stub. */
#ifndef BPFPROF_STUB_TASKS_H
#define BPFPROF_STUB_TASKS_H

#include "attribute.h"
#include "identity.h"

#define TYPE_BASE    256 /* in a type: its base; of builds with the GIL */
#define BASES_MAX    16
#define CHILDREN_MAX 65536u
#define NESTED_MAX   4 /* gathers of gathers */

#define FUTURE_CALLBACK 24 /* in a future: what is called first as it is done */
#define SET_MASK	32 /* in a set: its size less one; its entries, of two words each */
#define SET_TABLE	40

/* Functions whose tasks are awaited, and how many of each. */
struct awaited {
	enum acc_wait in;
	__u32 n;
	__u32 untold;	/* functions more */
	__u32 gathered; /* 1: by a gather */
	__u32 tasks[ACC_AWAITS_MAX];
	__u64 code[ACC_AWAITS_MAX];
};

static void await_code(struct awaited *a, __u64 code)
{
	__u32 i = 0;

	while (i < a->n && a->code[i] != code)
		i++;
	if (i == ACC_AWAITS_MAX) {
		a->untold++;
		return;
	}
	if (i == a->n) {
		a->n++;
		a->code[i] = code;
		a->tasks[i] = 0;
	}
	a->tasks[i]++;
}

/* Of a type's name, behind its module's. */
static __u64 name_end_of(__u64 type)
{
	const __u8 *name = (const __u8 *)name_of_type(type);
	__u64 end = 0;

	for (; *name; name++)
		end = *name == '.' ? 0 : end << 8 | *name;
	return end;
}

#define TASK	  ENDS(0, 0, 0, 0, 'T', 'a', 's', 'k')
#define GATHERING ENDS('n', 'g', 'F', 'u', 't', 'u', 'r', 'e') /* _GatheringFuture */
#define FUTURE	  ENDS(0, 0, 'F', 'u', 't', 'u', 'r', 'e')

/* The type, or a base of it, that is asyncio's task, gather or future; *is: which. 0: it has none.
 */
static __u64 base_of_future(__u64 type, __u64 *is)
{
	for (__u32 i = 0; type && i < BASES_MAX; i++, type = AT(type, TYPE_BASE)) {
		*is = name_end_of(type);
		if (*is == TASK || *is == GATHERING || *is == FUTURE)
			return type;
	}
	*is = 0;
	return 0;
}

static void await_children(struct awaited *a, __u64 gathering, int depth);

/* One of those that are awaited: a task of the module in C, whose coroutine is CPython's own, or a
 * gather; others tell of none. */
static void await_object(struct awaited *a, __u64 object, int depth)
{
	__u64 is, base = object < PAGE ? 0 : base_of_future(type_of(object), &is), coroutine;

	if (base && is == GATHERING && depth < NESTED_MAX) {
		a->gathered = 1;
		await_children(a, object, depth + 1);
	}
	if (!base || is != TASK || AT(base, TYPE_BASIC) != config.awaits.task_size)
		return;
	coroutine = AT(object, config.awaits.task_coroutine);
	if (is_own(coroutine, ENDS('c', 'o', 'r', 'o', 'u', 't', 'i', 'n'), 1))
		await_code(a, AT(coroutine, config.awaits.coroutine_code) & ~7ull);
}

static void await_children(struct awaited *a, __u64 gathering, int depth)
{
	__u64 list = attribute_of(gathering, ENDS(0, 0, 0, 0, 0, 0, 0, '_'),
				  ENDS('c', 'h', 'i', 'l', 'd', 'r', 'e', 'n'));

	if (!is_own(list, ENDS(0, 0, 0, 0, 'l', 'i', 's', 't'), 0))
		return;
	for (__u64 i = 0; i < word_of(list, 0) && i < CHILDREN_MAX; i++)
		await_object(a, AT(word_of(list, 1), 8 * i), depth);
}

static void await_set(struct awaited *a, __u64 set)
{
	if (!is_own(set, ENDS(0, 0, 0, 0, 0, 's', 'e', 't'), 0))
		return;
	for (__u64 i = 0; i <= AT(set, SET_MASK) && i < CHILDREN_MAX; i++)
		await_object(a, AT(AT(set, SET_TABLE), 16 * i), 0);
}

/* --- a future that asyncio has made for others -------------------------------------------------
 */

static int is_of_asyncio(__u64 code, __u64 before, __u64 end)
{
	return text_ends(AT(code, config.code_filename), before, end);
}

#define IN_TASKS                                                                                   \
	ENDS('a', 's', 'y', 'n', 'c', 'i', 'o', '/'), ENDS('t', 'a', 's', 'k', 's', '.', 'p', 'y')
#define IN_TASKGROUPS                                                                              \
	ENDS('i', 'o', '/', 't', 'a', 's', 'k', 'g'), ENDS('r', 'o', 'u', 'p', 's', '.', 'p', 'y')
#define IN_FUTURES                                                                                 \
	ENDS('y', 'n', 'c', 'i', 'o', '/', 'f', 'u'), ENDS('t', 'u', 'r', 'e', 's', '.', 'p', 'y')

enum first { IS_TIMER, IS_TASK, IS_SET, IS_GROUP };

/* Functions of asyncio's own that await a future; what it is, or their first variable. */
static const struct {
	__u64 name, before, end;
	enum first first;
	enum acc_wait in;
} own_waits[] = {
	{ENDS(0, 0, 0, 's', 'l', 'e', 'e', 'p'), IN_TASKS, IS_TIMER, ACC_IN_SLEEP},
	{ENDS('w', 'a', 'i', 't', '_', 'f', 'o', 'r'), IN_TASKS, IS_TASK, ACC_IN_TASK},
	{ENDS('a', 'n', 'd', '_', 'w', 'a', 'i', 't'), IN_TASKS, IS_TASK, ACC_IN_TASK},
	{ENDS(0, 0, 0, '_', 'w', 'a', 'i', 't'), IN_TASKS, IS_SET, ACC_IN_GATHER},
	{ENDS('_', 'a', 'e', 'x', 'i', 't', '_', '_'), IN_TASKGROUPS, IS_GROUP, ACC_IN_GATHER},
	{ENDS(0, 0, '_', 'a', 'e', 'x', 'i', 't'), IN_TASKGROUPS, IS_GROUP, ACC_IN_GATHER},
};

#define OWN_WAITS (sizeof(own_waits) / sizeof(*own_waits))

static void await_first(struct awaited *a, __u64 code, __u64 first)
{
	__u64 name = text_before(AT(code, config.code_name), 0);
	__u32 i = 0;

	while (i < OWN_WAITS && (own_waits[i].name != name ||
				 !is_of_asyncio(code, own_waits[i].before, own_waits[i].end)))
		i++;
	if (i == OWN_WAITS || first < PAGE)
		return;
	if (own_waits[i].first == IS_TASK)
		await_object(a, first, 0);
	else if (own_waits[i].first == IS_SET)
		await_set(a, first);
	else if (own_waits[i].first == IS_GROUP)
		await_set(a, attribute_of(first, 0, ENDS(0, 0, '_', 't', 'a', 's', 'k', 's')));
	if (a->n || own_waits[i].first == IS_TIMER)
		a->in = a->gathered ? ACC_IN_GATHER : own_waits[i].in;
}

/* What asyncio.shield returns is done by a function that knows the task: by a name that comes last
 * of those that it knows, which are in order. */
static void await_shielded(struct awaited *a, __u64 function)
{
	__u64 closure = AT(function, config.awaits.function_closure), n, cell;

	if (!is_own(closure, ENDS(0, 0, 0, 't', 'u', 'p', 'l', 'e'), 0) || !word_of(closure, 0))
		return;
	n = word_of(closure, 0);
	cell = AT(closure, config.awaits.tuple_items + 8 * (n - 1));
	if (is_own(cell, ENDS(0, 0, 0, 0, 'c', 'e', 'l', 'l'), 0))
		await_object(a, word_of(cell, 0), 0);
	if (a->n)
		a->in = a->gathered ? ACC_IN_GATHER : ACC_IN_TASK;
}

/* By what is called first as the future is done. */
static void await_called(struct awaited *a, __u64 future)
{
	__u64 function = AT(future, FUTURE_CALLBACK), code, name;

	if (!is_own(function, ENDS('f', 'u', 'n', 'c', 't', 'i', 'o', 'n'), 0))
		return;
	code = AT(function, config.awaits.function_code);
	name = AT(code, config.code_name);
	if (text_ends(name, ENDS('a', 'l', 'l', '_', 'c', 'h', 'e', 'c'),
		      ENDS('k', '_', 'c', 'a', 'n', 'c', 'e', 'l')) &&
	    is_of_asyncio(code, IN_FUTURES)) /* _call_check_cancel */
		a->in = ACC_IN_EXECUTOR;
	if (text_ends(name, ENDS('e', 'r', '_', 'd', 'o', 'n', 'e', '_'),
		      ENDS('c', 'a', 'l', 'l', 'b', 'a', 'c', 'k')) &&
	    is_of_asyncio(code, IN_TASKS)) /* _outer_done_callback */
		await_shielded(a, function);
}

/* The code awaits a future, in a frame whose first variable is that. */
static void await_future(struct awaited *a, __u64 future, __u64 code, __u64 first)
{
	__u64 is, base = base_of_future(type_of(future), &is);

	if (!base)
		return;
	a->in = is == TASK ? ACC_IN_TASK : is == GATHERING ? ACC_IN_GATHER : ACC_IN_FUTURE;
	if (!config.awaits.task_size)
		return;
	if (is != FUTURE) {
		await_object(a, future, 0);
		return;
	}
	await_first(a, code, first);
	if (a->in == ACC_IN_FUTURE && AT(base, TYPE_BASIC) == config.awaits.future_size)
		await_called(a, future);
}

/* What the report shows of code that is only known by itself: see cheap_of. */
static __u64 cheap_of_code(__u64 code)
{
	__u64 number = cheap_of_number(code);

	return number ? number : cheap_of_content(code);
}

/* Before the end of that frame, the innermost, is told. */
APART static void tell_awaited(struct acc_thread *s, __u64 frame, const struct awaited *a)
{
	for (__u32 i = 0; i < a->n; i++) {
		__u64 code = a->code[i], cheap = cheap_of_code(code);
		struct acc_call c = {.cheap = cheap, .code = code};
		__u32 how = ACC_AWAIT(a->in, a->tasks[i]);

		if (config.inlined) {
			c.ident = ident_for(cheap, code);
			acc_await_tasks(s, frame, &c, how);
			continue;
		}
		stub_follow(frame, STUB_FOLLOW_TASKS | (__u64)how << 8, ident_of(cheap), code);
	}
	if (a->untold && config.inlined)
		acc_lose(ACC_LOSS_AWAITS_FULL, a->untold);
	else if (a->untold)
		stub_follow(frame, STUB_FOLLOW_TASKS | (__u64)a->untold << 8, 0, 0);
}

#endif
