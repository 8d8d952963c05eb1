// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Backend usdt: CPython's function__entry and function__return. Plain uprobes at the addresses of
 * the notes, registers read here: libbpf's USDT layer costs 250 ns a call more for its argument
 * specifications.
 *
 * A probe's arguments are the file name, the function name and a line that is the resumed one for
 * a generator and -1 or 0 for some code, so none of it identifies a function. The interpreter's
 * frame does, and it stands in some register that survives calls, for the code before the probe
 * has just used it. Which one differs by build, so the first event finds out: it is the register
 * from which frame -> code object -> file name leads to the very string of the first argument.
 */
#ifndef BPFPROF_USDT_BPF_H
#define BPFPROF_USDT_BPF_H

#include "names.bpf.h"

const volatile __u32 many_sites = 0; /* a probe has several sites, told apart by cookie */

struct acc_site entry_sites[ACC_SITES] = {};
struct acc_site return_sites[ACC_SITES] = {};

struct frame_view {
	__u64 code;
	__u64 prev;
};

/* Of a frame, 3.14 and later. The interpreter's own stand where C called into Python. */
enum { OWNER_THREAD, OWNER_GENERATOR, OWNER_FRAME_OBJECT, OWNER_INTERPRETER };

#define CO_GENERATOR	   0x0020
#define CO_COROUTINE	   0x0080
#define CO_ASYNC_GENERATOR 0x0200

/* Code object and caller stand side by side in every version known, so one read gets both. */
static __always_inline int frame_read(__u64 frame, struct frame_view *v)
{
	__u32 from = layout.frame_code < layout.frame_prev ? layout.frame_code : layout.frame_prev;
	__u64 pair[2];

	if (!frame || bpf_probe_read_user(pair, sizeof(pair), (void *)(frame + from)))
		return -1;
	v->code = pair[layout.frame_code > from] & ~7ull;
	v->prev = pair[layout.frame_prev > from];
	return 0;
}

static __always_inline __u8 frame_owner(__u64 frame)
{
	__u8 owner = OWNER_THREAD;

	if (layout.frame_owner)
		bpf_probe_read_user(&owner, 1, (void *)(frame + layout.frame_owner));
	return owner;
}

/* The first argument's string is the file name of this frame's code object. */
static __always_inline int frame_has_file(__u64 frame, __u64 file)
{
	struct frame_view v;
	__u64 str = 0, utf8 = 0;

	if (frame_read(frame, &v) ||
	    bpf_probe_read_user(&str, sizeof(str), (void *)(v.code + layout.code_filename)))
		return 0;
	if (str + layout.str_ascii == file)
		return 1;
	bpf_probe_read_user(&utf8, sizeof(utf8), (void *)(str + layout.str_utf8));
	return utf8 == file;
}

/* Finds, once for each site, the register that holds the frame. */
static __noinline __u32 frame_reg_find(const struct pt_regs *ctx, __u32 file_reg)
{
	__u64 file = reg_read(ctx, file_reg);

	if (!layout.code_filename || !file)
		return ACC_REG_NOT_FOUND;
	for (__u32 reg = ACC_REG_RBX; reg <= ACC_REG_KEPT; reg++) {
		if (frame_has_file(reg_kept_read(ctx, reg), file))
			return reg;
	}
	return ACC_REG_NOT_FOUND;
}

/* The site of this event, its frame register found. */
#define site_here(ctx, sites)                                                                      \
	({                                                                                         \
		__u32 at_ = many_sites ? bpf_get_attach_cookie(ctx) & (ACC_SITES - 1) : 0;         \
		struct acc_site *site_ = &(sites)[at_];                                            \
		if (!site_->frame)                                                                 \
			site_->frame = frame_reg_find(ctx, site_->file);                           \
		site_;                                                                             \
	})

static __always_inline __u64 frame_here(const struct pt_regs *ctx, const struct acc_site *site)
{
	__u32 reg = site->frame;

	return reg == ACC_REG_NOT_FOUND ? 0 : reg_kept_read(ctx, reg);
}

/* Identity and names of the callee by its frame. Returns co_flags, or -1 if it can't be read. */
static __always_inline int call_of_frame(struct acc_call *c, __u64 frame,
					 const struct frame_view *v)
{
	int flags = call_of_code(c, v->code);

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
 * so an interpreter's frame stands before it.
 */
static __noinline int enter_thrown(struct acc_thread *s, __u32 at, __u64 prev)
{
	struct acc_ctl *ctl = acc_ctl();
	struct acc_call c = {};
	struct acc_frame *f = s && s->top ? acc_frame(s->top) : 0;
	struct frame_view v;
	__u8 owner;

	if (!ctl || !f || !prev || f->pyframe == prev)
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
	if (owner != OWNER_GENERATOR || frame_owner(v.prev) != OWNER_INTERPRETER ||
	    acc_search(s, prev) < ACC_UNWIND_MAX || call_of_frame(&c, prev, &v) < 0)
		return 0;
	ACC_ADD(&ctl->thrown, 1);
	f = acc_enter(s, at, &c);
	if (f)
		acc_start(s, f);
	return 0;
}

/*
 * What a call looks like at one short read of the frame: the code object's address, and from the
 * probe's arguments the strings' addresses and the line. At a function's start the line is its
 * own and not -1 or 0 but for some; the rest, and generators, are always looked at closely.
 */
static __always_inline __u64 cheap_look(const struct pt_regs *ctx, const struct acc_site *site,
					__u64 code)
{
	__u64 regs[REGS] = REGS_OF(ctx);
	__s32 line = regs[site->line & (REGS - 1)];

	if (line <= 0 || !code)
		return 0;
	return acc_key(code ^ ((__u64)line << 48),
		       regs[site->file & (REGS - 1)] ^ (regs[site->name & (REGS - 1)] << 20));
}

/* The edge of a call that has to be looked at closely. Returns 0, or -1 where the event is not a
 * call. */
static __noinline int call_closely(struct acc_call *c, __u64 frame, __u64 code)
{
	struct frame_view v = {.code = code};
	int flags;

	if (!c)
		return -1;
	flags = call_of_frame(c, frame, &v);
	if (flags < 0) {
		acc_lose(ACC_LOSS_FRAME_UNREAD, 1);
		return -1;
	}
	if (flags & CO_MAKES)
		c->cheap = 0;
	return is_creation(frame, flags) ? -1 : 0;
}

/* What the file name and the name hold, of as much as counts. */
static __always_inline __u64 content_of(const struct acc_call *c)
{
	__u64 words[ACC_CONTENT_WORDS], key = 0;

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
	__u32 i = s && c ? acc_edge_for(s, at, c) : 0;
	struct acc_edge *e = i ? acc_edge(i) : 0;
	struct acc_func *func = e ? acc_func(e->func) : 0;
	struct acc_code *code = func ? acc_code(func->code) : 0;

	if (!code || !code->dynamic)
		return i;
	e->cheap = 0;
	if (c->version)
		return i;
	c->cheap = 0;
	c->ident = acc_key(c->ident, content_of(c));
	return acc_edge_for(s, at, c);
}

/* A call by a frame that is not the innermost: prev, or before an interpreter's frame its caller.
 */
static __noinline int usdt_settle(struct acc_thread *s, __u32 at, __u64 prev)
{
	struct acc_frame *f = s && s->top ? acc_frame(s->top) : 0;
	struct acc_moment now;
	struct frame_view v;
	__u64 caller = prev;

	if (!f)
		return 0;
	if (f->late & ACC_LATE) {
		if (prev && frame_owner(prev) == OWNER_INTERPRETER && !frame_read(prev, &v))
			caller = v.prev;
		acc_now(s, &now);
		acc_settle_late(s, caller ? caller : ACC_NO_CALLER, &now);
	}
	return layout.unbalanced ? enter_thrown(s, at, prev) : 0;
}

SEC("uprobe")
int bpfp_usdt_entry(struct pt_regs *ctx)
{
	struct acc_site *site = site_here(ctx, entry_sites);
	__u32 at = counting ? thread_current() : 0, edge;
	struct acc_thread *s = at ? acc_thread(at) : 0;
	__u64 frame = frame_here(ctx, site);
	struct frame_view v = {};
	struct acc_call c = {};
	__u64 begin;

	if (!s)
		return 0;
	begin = acc_is_timed(s) ? acc_clock() : 0;
	if (frame && frame_read(frame, &v)) {
		acc_lose(ACC_LOSS_FRAME_UNREAD, 1);
		return 0;
	}
	c.cheap = cheap_look(ctx, site, v.code);
	if (frame && !called_by_top(s, v.prev))
		usdt_settle(s, at, v.prev);
	edge = acc_edge_guess(s, c.cheap);
	if (!edge) {
		begin = 0;
		if (!frame)
			call_of_names(&c, ctx, site);
		else if (call_closely(&c, frame, v.code))
			return 0;
		edge = edge_closely(s, at, &c);
	}
	acc_open(s, edge, ACC_KIND_PYTHON, frame, begin);
	return 0;
}

/* A return whose entry was not seen: a frame that was entered before, or a generator that throw()
 * or close() ran, for which 3.15 fires no entry. Counts the latter as a call of no duration. */
static __noinline int return_unknown(struct pt_regs *ctx, struct acc_thread *s, __u32 at,
				     struct acc_row *row, const struct acc_moment *now)
{
	struct acc_site *site = site_here(ctx, return_sites);
	struct acc_ctl *ctl = acc_ctl();
	struct acc_call c = {};
	struct acc_frame *f;
	struct frame_view v;
	__u64 frame = frame_here(ctx, site);

	if (!ctl || !s || !row || !now)
		return 0;
	f = s->top ? acc_frame(s->top) : 0;
	if (s->predates && (!f || f->late & ACC_LATE)) {
		ACC_ADD(&ctl->ignored, 1);
		return 0;
	}
	if (!layout.unbalanced || !frame || frame_read(frame, &v) ||
	    call_of_frame(&c, frame, &v) < 0 ||
	    (frame_owner(frame) != OWNER_GENERATOR && !is_shim(&c))) {
		acc_lose(ACC_LOSS_UNMATCHED, 1);
		return 0;
	}
	if (is_shim(&c))
		return 0;
	enter_thrown(s, at, v.prev);
	ACC_ADD(&ctl->thrown, 1);
	f = acc_enter(s, at, &c);
	if (!f)
		return 0;
	f->enter_ticks = now->at;
	f->away = now->away;
	acc_pop(s, row, now);
	return 0;
}

SEC("uprobe")
int bpfp_usdt_return(struct pt_regs *ctx)
{
	struct acc_moment now = {.at = acc_clock()};
	struct acc_site *site = site_here(ctx, return_sites);
	__u32 at = counting ? thread_current() : 0;
	struct acc_thread *s = at ? acc_thread(at) : 0;
	struct acc_row *row;

	if (!s)
		return 0;
	row = acc_row(s->row);
	if (!row)
		return 0;
	acc_was(s, &now);
	if (acc_leave(s, row, frame_here(ctx, site), &now) == ACC_UNKNOWN)
		return_unknown(ctx, s, at, row, &now);
	else if (acc_is_timed(s))
		acc_time_return(acc_clock() - now.at);
	return 0;
}

#endif
