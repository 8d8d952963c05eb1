/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The interpreter's frame at one of its probes: where it is, and what is read of it.
 *
 * A probe's arguments are the file name, the function name and a line that is the resumed one for
 * a generator and -1 or 0 for some code, so none of it identifies a function. The interpreter's
 * frame does, and it stands in some register that survives calls, for the code before the probe
 * has just used it. Which one differs by build, so the first event finds out: it is the register
 * from which frame -> code object -> file name leads to the very string of the first argument.
 */
#ifndef BPFPROF_FRAMES_BPF_H
#define BPFPROF_FRAMES_BPF_H

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

/* A frame's code object, and its caller, in a function each, so that their buffers do not add up on
 * the stack. 0: it can't be read, or has none. */
static __noinline __u64 frame_code(__u64 frame)
{
	struct frame_view v;

	return frame_read(frame, &v) ? 0 : v.code;
}

static __noinline __u64 frame_prev(__u64 frame)
{
	struct frame_view v;

	return frame_read(frame, &v) ? 0 : v.prev;
}

/* Whose the frame is (3.14 on); a thread's where it can't be read, or the version does not say. */
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
	for (__u32 reg = ACC_REG_FIRST; reg <= ACC_REG_KEPT; reg++) {
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

/* The interpreter's frame at this event of that site; 0: not known. */
static __noinline __u64 frame_here(const struct pt_regs *ctx, const struct acc_site *site)
{
	__u32 reg = site ? site->frame : ACC_REG_NOT_FOUND;

	return reg == ACC_REG_NOT_FOUND ? 0 : reg_kept_read(ctx, reg);
}

#endif
