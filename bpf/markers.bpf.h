/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Named blocks: uprobes on the two marker functions of include/bpfprof.h, which get the address of
 * a static description in their first argument. A block is a function of the same tables and a
 * frame on the same stack as the calls that other backends see.
 */
#ifndef BPFPROF_MARKERS_BPF_H
#define BPFPROF_MARKERS_BPF_H

#include "names.bpf.h"

const volatile __u32 may_sleep = 0; /* the programs may wait for pages to be read in */

/* Programs that the process has run before: what is at an address is another's then. */
__u64 programs_before;

/* Names of tracks, as the process gives them in its control object. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ACC_TRACKS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct acc_track);
} tracks SEC(".maps");

/* Wakes bpfprof. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} loads SEC(".maps");

/* What tells an open block from others that are open: its description's address, changed to be no
 * frame's, as these are aligned. */
#define BLOCK_KEY(description) ((description) | 1)
#define DESCRIPTION_OF(key)    ((key) & ~1ull)

/* A block's static description, struct bpfprof_block, as the process has it. */
struct description {
	__u32 track, line;
	__u64 name, file, group;
};

#define CONTROL_NAMES (24 + ACC_TRACKS) /* struct bpfprof_control: track_name */

/* Has the page of an address read in, and the next one, for what is read there next: constants that
 * the process itself has not looked at yet. */
static __always_inline void page_in(__u64 addr)
{
	char byte;

	if (!may_sleep || !addr)
		return;
	bpf_copy_from_user(&byte, 1, (void *)addr);
	bpf_copy_from_user(&byte, 1, (void *)((addr | 4095) + 1));
}

/* Reads a track's name where it is another than before. control: the object's address, or 0. */
static __noinline int track_look(__u64 control, __u32 track)
{
	struct acc_track *t = bpf_map_lookup_elem(&tracks, &track);
	__u64 text = 0;

	if (!t || !control ||
	    bpf_probe_read_user(&text, sizeof(text),
				(void *)(control + CONTROL_NAMES + 8ull * track)) ||
	    !text || text == t->text)
		return 0;
	page_in(text);
	t->text = text;
	return name_of_cstr(&t->name, text);
}

/* The running thread's entry, taken if it has none; 0: none left. */
static __always_inline __u32 thread_for_block(void)
{
	struct task_struct *task;
	__u64 tcb;
	__u32 i;

	if (!inlined)
		return thread_current();
	task = (void *)bpf_get_current_task();
	tcb = TCB_OF(task);
	i = thread_by_tcb(tcb);
	return i ? i : thread_take_inline(tcb);
}

/* The edge of a block that is not the one expected; 0: lost. */
static __noinline __u32 block_closely(struct acc_thread *s, __u32 at, struct acc_call *c,
				      __u64 control)
{
	struct description m;

	if (!s || !c)
		return 0;
	page_in(DESCRIPTION_OF(c->pyframe));
	if (bpf_probe_read_user(&m, sizeof(m), (void *)DESCRIPTION_OF(c->pyframe)) ||
	    m.track >= ACC_TRACKS) {
		acc_lose(ACC_LOSS_BLOCK_UNREAD, 1);
		return 0;
	}
	c->line = m.line;
	c->track = m.track + 1;
	c->names[0] = m.file;
	c->names[1] = m.name;
	c->names[2] = m.group;
	for (__u32 i = 0; i < ACC_NAMES; i++)
		page_in(c->names[i]);
	track_look(control, m.track);
	return acc_edge_for(s, at, c);
}

SEC("uprobe")
int bpfp_block_begin(struct pt_regs *ctx)
{
	__u32 at = counting ? thread_for_block() : 0, edge;
	struct acc_thread *s = at ? acc_thread(at) : 0;
	struct acc_call c = {.kind = ACC_KIND_BLOCK, .pyframe = BLOCK_KEY(PROBED_ARG1(ctx))};

	if (!s)
		return 0;
	c.ident = acc_key(c.pyframe, programs_before);
	c.cheap = c.ident;
	edge = acc_edge_guess(s, c.cheap);
	if (!edge)
		edge = block_closely(s, at, &c, bpf_get_attach_cookie(ctx));
	acc_open(s, edge, ACC_KIND_BLOCK, c.pyframe, 0);
	return 0;
}

/* The end of a block that is not open: begun before the attach, or never. */
static __noinline int block_unknown(struct acc_thread *s)
{
	if (s && (!s->predates || s->top))
		acc_lose(ACC_LOSS_BLOCK_UNBEGUN, 1);
	return 0;
}

SEC("uprobe")
int bpfp_block_end(struct pt_regs *ctx)
{
	struct acc_moment now = {.at = clock_ns()};
	__u32 at = counting ? thread_for_block() : 0;
	struct acc_thread *s = at ? acc_thread(at) : 0;
	struct acc_row *row = s ? acc_row(s->row) : 0;

	if (!row)
		return 0;
	if (inlined)
		acc_now(s, &now);
	else
		acc_was(s, &now);
	if (acc_leave(s, row, BLOCK_KEY(PROBED_ARG1(ctx)), &now) == ACC_UNKNOWN)
		block_unknown(s);
	return 0;
}

/* --- libraries that are loaded later ------------------------------------------------------------
 */

#define BPF_RB_FORCE_WAKEUP 2
#define LOAD_WAIT_NS	    400000000ull
#define LOAD_WAIT_TURNS	    (1u << 23)
#define R_STATE		    24 /* in struct r_debug; 0: consistent */

struct load_wait {
	__u32 load;
	__u64 until;
	__u64 debug; /* memory of the process */
};

/* 1: no more to wait for. */
static long load_turn(__u32 i, struct load_wait *w)
{
	struct acc_ctl *ctl = acc_ctl();
	char byte;

	if (!ctl || bpf_ktime_get_ns() > w->until)
		return 1;
	/* gives way to bpfprof, which may wait for this very CPU: the kernel reschedules in there
	 */
	bpf_copy_from_user_task(&byte, 1, (void *)w->debug, bpf_get_current_task_btf(), 0);
	return (__s32)(*(volatile __u32 *)&ctl->loads_looked_at - w->load) >= 0;
}

/* The dynamic linker's _dl_debug_state, which it calls for debuggers: files have been mapped, and
 * nothing of them has run. The thread is kept until bpfprof has looked at them and placed its
 * probes; a millisecond where there are none to place, and once a twentieth of a second to have the
 * kernel check their programs. Not for long: who takes probes away elsewhere at this moment waits
 * for this program, and holds what bpfprof needs to place some. */
SEC("uprobe")
int bpfp_block_load(struct pt_regs *ctx)
{
	struct acc_ctl *ctl = acc_ctl();
	__u64 debug = bpf_get_attach_cookie(ctx);
	struct load_wait w = {};
	__u32 changing = 0;

	if (!ctl || bpf_get_current_pid_tgid() >> 32 != target_tgid)
		return 0;
	if (debug && bpf_probe_read_user(&changing, sizeof(changing), (void *)(debug + R_STATE)))
		return 0;
	if (changing)
		return 0;
	w.load = ACC_ADD(&ctl->loads, 1) + 1;
	w.debug = debug;
	w.until = bpf_ktime_get_ns() + LOAD_WAIT_NS;
	bpf_ringbuf_output(&loads, &w.load, sizeof(w.load), BPF_RB_FORCE_WAKEUP);
	bpf_loop(LOAD_WAIT_TURNS, load_turn, &w, 0);
	if ((__s32)(*(volatile __u32 *)&ctl->loads_looked_at - w.load) < 0)
		ACC_ADD(&ctl->loads_late, 1);
	return 0;
}

#endif
