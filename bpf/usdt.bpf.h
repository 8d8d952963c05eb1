/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Backend usdt: CPython's function__entry and function__return. Plain uprobes at the addresses of
 * the notes, registers read here: libbpf's USDT layer costs 250 ns a call more for its argument
 * specifications.
 */
#ifndef BPFPROF_USDT_BPF_H
#define BPFPROF_USDT_BPF_H

#include "crowd.bpf.h"
#include "frames.bpf.h"
#include "lives.bpf.h"
#include "programs.bpf.h"

/* Identity and names of the callee by its frame. Returns co_flags, or -1 if it can't be read. */
static __always_inline int call_of_frame(struct acc_call *c, __u64 frame)
{
	int flags = call_of_code(c, frame_code(frame));

	if (flags < 0)
		return -1;
	c->pyframe = frame;
	c->ident = acc_ident_of_probes(c);
	return flags;
}

/* Without a frame: functions of one name in one file fall together. */
static __always_inline void call_of_names(struct acc_call *c, const struct pt_regs *ctx,
					  const struct acc_site *site)
{
	c->names[0] = reg_read(ctx, site->file);
	c->names[1] = reg_read(ctx, site->name);
	c->ident = acc_key(c->names[0], c->names[1]);
}

#define CO_MAKES (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)

/* 3.15 fires an entry for the call that only makes a generator or coroutine, and no return: its
 * frame still belongs to the thread. The first resume fires an entry of its own. */
static __always_inline int is_creation(__u64 frame, int flags)
{
	return layout.unbalanced && (flags & CO_MAKES) && frame_owner(frame) == OWNER_THREAD;
}

/* The code object of the frame that 3.12 and later put beneath a specialised __init__ call: no
 * function of anybody's. It bears one string as file and as name; its return fires, its entry not.
 */
static __always_inline int is_shim(const struct acc_call *c)
{
	return layout.unbalanced && c->names[0] == c->names[1];
}

/*
 * The generator that throw() or close() runs, for which 3.15 fires no entry: entered when the first
 * call is made from it. prev is the caller of the frame that is being entered. Where a generator
 * delegates, the outer ones are linked as callers without running; one that runs was called from C,
 * so an interpreter's frame stands before it. 0: it is none.
 */
static __noinline __u64 thrown_of(struct acc_thread *s, __u64 prev)
{
	struct acc_frame *f = s && s->top ? acc_frame(s->top) : 0;
	struct frame_view v;
	__u8 owner;

	if (!f || !prev || f->pyframe == prev)
		return 0;
	owner = frame_owner(prev);
	if (frame_read(prev, &v))
		return 0;
	if (owner == OWNER_INTERPRETER) {
		prev = v.prev;
		owner = frame_owner(prev);
		if (f->pyframe == prev || frame_read(prev, &v))
			return 0;
	}
	if (owner != OWNER_GENERATOR || frame_owner(v.prev) != OWNER_INTERPRETER)
		return 0;
	return acc_search(s, prev) < ACC_UNWIND_MAX ? 0 : prev;
}

/* Enters a frame whose entry was not seen. 1: it is the innermost now. */
static __noinline int enter_unseen(struct acc_thread *s, __u32 at, __u64 frame)
{
	struct acc_call c = {};

	if (!s || call_of_frame(&c, frame) < 0)
		return 0;
	return !!acc_enter(s, at, &c);
}

static __always_inline void enter_thrown(struct acc_thread *s, __u32 at, __u64 prev,
					 const int lives)
{
	__u64 thrown = thrown_of(s, prev);
	struct acc_frame *f;

	if (!thrown || !enter_unseen(s, at, thrown))
		return;
	f = acc_frame(s->top);
	if (f)
		acc_start(s, f);
	if (f && lives)
		life_begin(s, thrown, 1);
}

/*
 * What a call looks like at one short read of the frame: the code object's address, and from the
 * probe's arguments the strings' addresses and the line. At a function's start the line is its
 * own and not -1 or 0 but for some; the rest, and generators, are always looked at closely.
 */
static __noinline __u64 cheap_look(const struct pt_regs *ctx, const struct acc_site *site,
				   __u64 code)
{
	REGS_TAKEN(regs, ctx);
	__s32 line = site ? REG_TAKEN(regs, site->line) : 0;

	if (!site || line <= 0 || !code)
		return 0;
	return acc_key(code ^ ((__u64)line << 48),
		       REG_TAKEN(regs, site->file) ^ (REG_TAKEN(regs, site->name) << 20));
}

/* The edge of a call that has to be looked at closely. Returns 0, or -1 where the event is not a
 * call. */
static __noinline int call_closely(struct acc_call *c, __u64 frame)
{
	int flags;

	if (!c)
		return -1;
	flags = call_of_frame(c, frame);
	if (flags < 0) {
		acc_lose(ACC_LOSS_FRAME_UNREAD, 1);
		return -1;
	}
	if (flags & CO_MAKES)
		c->cheap = 0;
	return is_creation(frame, flags) ? -1 : 0;
}

/* What the file name and the name hold, of as much as counts. */
static __noinline __u64 content_of(const struct acc_call *c)
{
	__u64 words[ACC_CONTENT_WORDS], key = 0;

	if (!c)
		return 0;
	for (int i = 0; i < 2; i++) {
		__builtin_memset(words, 0, sizeof(words));
		bpf_probe_read_user_str(words, sizeof(words),
					(void *)(c->names[i] + layout.str_ascii));
		key = acc_key_of_content(key, words);
	}
	return key;
}

/*
 * The edge of a call by its identity. Of code compiled from no file one often follows the other in
 * the same place, strings and all: what these hold belongs to its identity, and a cheap look never
 * does.
 */
static __noinline __u32 edge_closely(struct acc_thread *s, __u32 at, struct acc_call *c)
{
	__u64 ident = s && c ? c->ident : 0;
	__u32 i;
	struct acc_edge *e;
	struct acc_func *func;
	struct acc_code *code;

	if (!ident)
		return 0;
	c->ident = crowd_ident(c, ident);
	i = acc_edge_for(s, at, c);
	e = i ? acc_edge(i) : 0;
	func = e ? acc_func(e->func) : 0;
	code = func ? acc_code(func->code) : 0;
	if (!code || !code->dynamic)
		return i;
	e->cheap = 0;
	if (c->version || c->ident != ident)
		return i;
	c->cheap = 0;
	c->ident = crowd_ident(c, acc_key(ident, content_of(c)));
	return acc_edge_for(s, at, c);
}

/* A call by a frame that is not the innermost: prev, or before an interpreter's frame its caller.
 */
static __noinline int usdt_settle(struct acc_thread *s, __u64 prev)
{
	struct acc_frame *f = s && s->top ? acc_frame(s->top) : 0;
	struct acc_moment now;
	struct frame_view v;
	__u64 caller = prev;

	if (!f || !(f->late & ACC_LATE))
		return 0;
	if (prev && frame_owner(prev) == OWNER_INTERPRETER && !frame_read(prev, &v))
		caller = v.prev;
	acc_now(s, &now);
	return acc_settle_late(s, caller ? caller : ACC_NO_CALLER, &now);
}

#define NO_CALL ~0u /* no edge's index: the event is none of a call */

/* The edge of a call that has to be looked at closely; 0: lost. */
static __noinline __u32 usdt_edge(struct pt_regs *ctx, struct acc_thread *s, __u32 at, __u64 frame,
				  __u64 cheap)
{
	struct acc_call c = {.cheap = cheap};

	if (!s)
		return 0;
	if (!frame)
		call_of_names(&c, ctx, site_here(ctx, entry_sites));
	else if (call_closely(&c, frame))
		return NO_CALL;
	return edge_closely(s, at, &c);
}

static __always_inline int usdt_entry(struct pt_regs *ctx, const int lives)
{
	struct acc_site *site = site_here(ctx, entry_sites);
	__u32 at = counting ? thread_current() : 0, edge;
	struct acc_thread *s = at ? acc_thread(at) : 0;
	__u64 frame = frame_here(ctx, site), begin, cheap;
	struct frame_view v = {};

	if (!s)
		return 0;
	begin = acc_is_timed(s) ? acc_clock() : 0;
	if (frame && frame_read(frame, &v)) {
		acc_lose(ACC_LOSS_FRAME_UNREAD, 1);
		return 0;
	}
	cheap = cheap_look(ctx, site, v.code);
	if (frame && !is_innermost(s, v.prev)) {
		usdt_settle(s, v.prev);
		if (layout.unbalanced)
			enter_thrown(s, at, v.prev, lives);
	}
	edge = acc_edge_guess(s, cheap);
	if (edge) { /* no coroutine's: see call_closely */
		acc_open(s, edge, ACC_KIND_PYTHON, frame, begin);
		return 0;
	}
	edge = usdt_edge(ctx, s, at, frame, cheap);
	if (edge == NO_CALL)
		return acc_other(s);
	acc_open(s, edge, ACC_KIND_PYTHON, frame, acc_was_called(edge) ? begin : 0);
	if (lives)
		life_begin(s, frame, 0);
	return 0;
}

LIVES_PROGRAMS(usdt_entry)

/* A return whose entry was not seen: a frame that was entered before, or a generator that throw()
 * or close() ran, for which 3.15 fires no entry. 1: the latter. */
static __noinline int return_is_thrown(struct acc_thread *s, __u64 frame)
{
	struct acc_frame *f = s && s->top ? acc_frame(s->top) : 0;
	struct acc_call c = {};

	if (!s || (s->predates && (!f || f->late & ACC_LATE)))
		return 0;
	if (layout.unbalanced && call_of_frame(&c, frame) >= 0) {
		if (is_shim(&c)) {
			acc_other(s);
			return 0;
		}
		if (frame_owner(frame) == OWNER_GENERATOR)
			return 1;
	}
	acc_lose(ACC_LOSS_UNMATCHED, 1);
	return 0;
}

/* Counts it as a call of no duration. */
static __always_inline void count_thrown(struct acc_thread *s, __u32 at, struct acc_row *row,
					 __u64 frame, const struct acc_moment *now, const int lives)
{
	struct acc_frame *f = enter_unseen(s, at, frame) ? acc_frame(s->top) : 0;

	if (!f)
		return;
	f->enter_ticks = now->at;
	f->away = now->away;
	if (lives) {
		life_begin(s, frame, 1);
		life_end(s, frame, now->at);
	}
	acc_close_one(s, row, now);
}

static __always_inline int usdt_return(struct pt_regs *ctx, const int lives)
{
	struct acc_moment now = {.at = acc_clock()};
	struct acc_site *site = site_here(ctx, return_sites);
	__u32 at = counting ? thread_current() : 0;
	struct acc_thread *s;
	struct acc_row *row = row_then(at, &s, &now);
	__u64 frame;

	if (!row)
		return 0;
	frame = frame_here(ctx, site);
	if (lives)
		life_end(s, frame, now.at);
	if (acc_leave(s, row, frame, &now) != ACC_UNKNOWN) {
		if (acc_is_timed(s))
			acc_time_return(acc_clock() - now.at);
	} else if (return_is_thrown(s, frame)) {
		enter_thrown(s, at, frame_prev(frame), lives);
		count_thrown(s, at, row, frame, &now, lives);
	}
	return 0;
}

LIVES_PROGRAMS(usdt_return)

#endif
