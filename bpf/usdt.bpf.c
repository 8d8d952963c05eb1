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
#include "core.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile struct acc_layout layout = {};
const volatile __u32 many_sites = 0; /* a probe has several sites, told apart by cookie */

struct acc_site entry_sites[ACC_SITES] = {};
struct acc_site return_sites[ACC_SITES] = {};

#define CODE_BYTES 112 /* of a code object from CODE_FROM: flags, line, names, in every version */
#define CODE_FROM  32

struct frame_view {
	__u64 code;
	__u64 prev;
};

/* Of a frame, 3.14 and later. The interpreter's own stand where C called into Python. */
enum { OWNER_THREAD, OWNER_GENERATOR, OWNER_FRAME_OBJECT, OWNER_INTERPRETER };

#define CO_GENERATOR	   0x0020
#define CO_COROUTINE	   0x0080
#define CO_ASYNC_GENERATOR 0x0200

#define REGS_OF(ctx)                                                                               \
	{                                                                                          \
		[ACC_REG_RBX] = (ctx)->bx, [ACC_REG_RBP] = (ctx)->bp, [ACC_REG_R12] = (ctx)->r12,  \
		[ACC_REG_R13] = (ctx)->r13, [ACC_REG_R14] = (ctx)->r14,                            \
		[ACC_REG_R15] = (ctx)->r15, [ACC_REG_RAX] = (ctx)->ax, [ACC_REG_RCX] = (ctx)->cx,  \
		[ACC_REG_RDX] = (ctx)->dx, [ACC_REG_RSI] = (ctx)->si, [ACC_REG_RDI] = (ctx)->di,   \
		[ACC_REG_R8] = (ctx)->r8, [ACC_REG_R9] = (ctx)->r9, [ACC_REG_R10] = (ctx)->r10,    \
		[ACC_REG_R11] = (ctx)->r11,                                                        \
	}

/* Any register by number. Through a copy, for the verifier allows no variable offset into ctx. */
static __noinline __u64 reg_read(const struct pt_regs *ctx, __u32 reg)
{
	__u64 regs[16] = REGS_OF(ctx);

	return regs[reg & 15];
}

/* The same for the registers that survive calls: shorter, for the hot path. */
static __always_inline __u64 reg_kept_read(const struct pt_regs *ctx, __u32 reg)
{
	__u64 regs[8] = {
		[ACC_REG_RBX] = ctx->bx,  [ACC_REG_RBP] = ctx->bp,  [ACC_REG_R12] = ctx->r12,
		[ACC_REG_R13] = ctx->r13, [ACC_REG_R14] = ctx->r14, [ACC_REG_R15] = ctx->r15,
	};

	return regs[reg & 7];
}

#define AT(type, buf, off) (*(type *)((buf) + ((off)&127)))

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
	__u8 buf[128];

	if (bpf_probe_read_user(buf, CODE_BYTES, (void *)(v->code + CODE_FROM)))
		return -1;
	c->pyframe = frame;
	c->code = v->code;
	c->line = AT(__u32, buf, layout.code_firstlineno - CODE_FROM);
	c->names[0] = AT(__u64, buf, layout.code_filename - CODE_FROM);
	c->names[1] = AT(__u64, buf, layout.code_name - CODE_FROM);
	c->names[2] = layout.code_qualname ? AT(__u64, buf, layout.code_qualname - CODE_FROM) : 0;
	/* An address alone is not enough: module code is freed after import and its place used
	 * again, so everything that makes it this code object goes in. */
	c->ident = acc_key(c->code ^ ((__u64)c->line << 48),
			   c->names[0] ^ (c->names[1] << 17) ^ (c->names[2] << 34));
	return AT(__u32, buf, layout.code_flags - CODE_FROM) & 0x7fffffff;
}

/* Without a frame: functions of one name in one file fall together. */
static __always_inline void call_of_names(struct acc_call *c, const struct pt_regs *ctx,
					  const struct acc_site *site)
{
	c->names[0] = reg_read(ctx, site->file);
	c->names[1] = reg_read(ctx, site->name);
	c->ident = acc_key(c->names[0], c->names[1]);
}

/* Room for bytes in the name store; 0: it is used up. */
static __always_inline __u8 *name_room(struct acc_ctl *ctl, struct acc_name *n, __u32 bytes)
{
	__u32 zero = 0, at = ACC_ADD(&ctl->names, (bytes + 7) & ~7u);
	__u8 *store = bpf_map_lookup_elem(&names, &zero);

	if (!store || at > names_mask) {
		acc_lose(ACC_LOSS_NAME_FULL, 1);
		n->state = ACC_NAME_LOST;
		return 0;
	}
	n->offset = at;
	barrier_var(at); /* clang would prove the mask away, and the verifier needs it */
	return store + (at & names_mask);
}

static __always_inline void name_lost(struct acc_name *n)
{
	acc_lose(ACC_LOSS_NAME_UNREAD, 1);
	n->state = ACC_NAME_LOST;
}

static __always_inline void name_take(struct acc_ctl *ctl, struct acc_name *n, __u64 from,
				      __u64 bytes)
{
	__u8 *to;
	__u32 len = bytes;

	n->state = ACC_NAME_READ;
	if (bytes > ACC_NAME_MAX) {
		acc_lose(ACC_LOSS_NAME_CUT, 1);
		n->state = ACC_NAME_CUT;
		len = ACC_NAME_MAX & ~3u;
	}
	to = name_room(ctl, n, len);
	if (!to)
		return;
	n->bytes = len;
	barrier_var(len);
	len &= 4095;
	if (bpf_probe_read_user(to, len, (void *)from))
		name_lost(n);
}

/* A str: ASCII, or with its UTF-8 cached, or code points of 1, 2 or 4 bytes each. */
__noinline int name_of_str(struct acc_ctl *ctl, struct acc_name *n, __u64 str)
{
	__u64 length = 0, utf8 = 0, utf8_length = 0;
	__u32 state = 0, width;

	if (!ctl || !n)
		return -1;
	if (bpf_probe_read_user(&length, 8, (void *)(str + layout.str_length)) ||
	    bpf_probe_read_user(&state, 4, (void *)(str + layout.str_state))) {
		name_lost(n);
		return -1;
	}
	state >>= layout.str_kind_shift;
	width = state & 7;
	if (state & 16) { /* ASCII; bit 8 is compact */
		name_take(ctl, n, str + layout.str_ascii, length);
		return 0;
	}
	bpf_probe_read_user(&utf8, 8, (void *)(str + layout.str_utf8));
	bpf_probe_read_user(&utf8_length, 8, (void *)(str + layout.str_utf8_length));
	if (utf8) {
		name_take(ctl, n, utf8, utf8_length);
		return 0;
	}
	n->width = width;
	name_take(ctl, n, str + layout.str_compact, length * width);
	return 0;
}

/* A NUL-terminated string, as the probes pass them: room is taken for the longest. */
__noinline int name_of_cstr(struct acc_ctl *ctl, struct acc_name *n, __u64 from)
{
	__u8 *to;
	long len;

	if (!ctl || !n)
		return -1;
	to = name_room(ctl, n, ACC_NAME_MAX + 1);
	if (!to)
		return -1;
	len = bpf_probe_read_user_str(to, ACC_NAME_MAX + 1, (void *)from);
	if (len < 0) {
		name_lost(n);
		return -1;
	}
	n->bytes = len ? len - 1 : 0;
	n->state = n->bytes == ACC_NAME_MAX ? ACC_NAME_CUT : ACC_NAME_READ;
	return 0;
}

__noinline int acc_code_fill(struct acc_code *code, const struct acc_call *c)
{
	struct acc_ctl *ctl = acc_ctl();

	if (!ctl || !code || !c)
		return -1;
	for (__u32 i = 0; i < ACC_NAMES; i++) {
		if (c->names[i] && c->code)
			name_of_str(ctl, &code->names[i], c->names[i]);
		else if (c->names[i])
			name_of_cstr(ctl, &code->names[i], c->names[i]);
	}
	return 0;
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

/* The usual case: the innermost open frame is the caller of the one being entered. */
static __always_inline int called_by_top(struct acc_slot *s, __u64 prev)
{
	struct acc_frame *f = s->top ? acc_frame(s->top) : 0;

	return f && f->pyframe == prev;
}

/*
 * The generator that throw() or close() runs, for which 3.15 fires no entry: entered when the first
 * call is made from it. prev is the caller of the frame that is being entered. Where a generator
 * delegates, the outer ones are linked as callers without running; one that runs was called from C,
 * so an interpreter's frame stands before it.
 */
static __noinline int enter_thrown(struct acc_slot *s, __u32 at, __u64 prev)
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
		f->t_enter = clock_now();
	return 0;
}

/*
 * What a call looks like at one short read of the frame: the code object's address, and from the
 * probe's arguments the strings' addresses and the line. At a function's start the line is its
 * own and not -1 or 0 but for some; the rest, and generators, are always looked at closely.
 */
static __always_inline __u64 quick_look(const struct pt_regs *ctx, const struct acc_site *site,
					__u64 code)
{
	__u64 regs[16] = REGS_OF(ctx);
	__s32 line = regs[site->line & 15];

	if (line <= 0 || !code)
		return 0;
	return acc_key(code ^ ((__u64)line << 48),
		       regs[site->file & 15] ^ (regs[site->name & 15] << 20));
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
		c->quick = 0;
	return is_creation(frame, flags) ? -1 : 0;
}

SEC("uprobe")
int bpfp_entry(struct pt_regs *ctx)
{
	struct acc_site *site = site_here(ctx, entry_sites);
	__u32 at = slot_current(), edge;
	struct acc_slot *s = at ? acc_slot(at) : 0;
	__u64 frame = frame_here(ctx, site);
	struct frame_view v = {};
	struct acc_call c = {};
	struct acc_frame *f;

	if (!s)
		return 0;
	if (frame && frame_read(frame, &v)) {
		acc_lose(ACC_LOSS_FRAME_UNREAD, 1);
		return 0;
	}
	c.quick = quick_look(ctx, site, v.code);
	if (layout.unbalanced && !called_by_top(s, v.prev))
		enter_thrown(s, at, v.prev);
	edge = acc_edge_hot(s, c.quick);
	if (!edge) {
		if (!frame)
			call_of_names(&c, ctx, site);
		else if (call_closely(&c, frame, v.code))
			return 0;
		edge = acc_edge_for(s, at, &c);
	}
	f = acc_push(s, edge, frame);
	if (f)
		f->t_enter = clock_now();
	return 0;
}

/* A return whose entry was not seen: a frame that was open at attach, or a generator that throw()
 * or close() ran, for which 3.15 fires no entry. Counts the latter as a call of no duration. */
static __noinline int return_unknown(struct pt_regs *ctx, struct acc_slot *s, __u32 at,
				     struct acc_row *row, __u64 now)
{
	struct acc_site *site = site_here(ctx, return_sites);
	struct acc_ctl *ctl = acc_ctl();
	struct acc_call c = {};
	struct acc_frame *f;
	struct frame_view v;
	__u64 frame = frame_here(ctx, site);

	if (!ctl || !s || !row)
		return 0;
	if (s->old && !s->top) {
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
	f->t_enter = now;
	acc_pop(s, row, now);
	return 0;
}

SEC("uprobe")
int bpfp_return(struct pt_regs *ctx)
{
	__u64 now = clock_now();
	struct acc_site *site = site_here(ctx, return_sites);
	__u32 at = slot_current();
	struct acc_slot *s = at ? acc_slot(at) : 0;
	struct acc_row *row;

	if (!s)
		return 0;
	row = acc_row(s->row);
	if (row && acc_leave(s, row, frame_here(ctx, site), now) == ACC_UNKNOWN)
		return_unknown(ctx, s, at, row, now);
	return 0;
}

/* bpfprof's own probe site, of the same kind as CPython's: does an event arrive here at all? */
SEC("uprobe")
int bpfp_canary(struct pt_regs *ctx)
{
	struct acc_ctl *ctl = acc_ctl();

	if (ctl)
		ACC_ADD(&ctl->canary, 1);
	return 0;
}

SEC("raw_tp/sched_process_exit")
int bpfp_exit(void *ctx)
{
	slot_release();
	return 0;
}

SEC("raw_tp/sched_process_exec")
int bpfp_exec(void *ctx)
{
	slot_release();
	return 0;
}
