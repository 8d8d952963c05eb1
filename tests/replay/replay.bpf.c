// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Plays a script of calls and returns to the accounting core, in the kernel, by a clock that stands
 * in the script: what the core makes of it is then exact. */
#define BPFPROF_FAKE_CLOCK
#include "away.bpf.h"
#include "../tests/replay/replay.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct replay_event script[REPLAY_MAX] = {};

__noinline int acc_code_fill(struct acc_code *code, const struct acc_call *c)
{
	if (!code || !c)
		return -1;
	REPLAY_FILL(code);
	return 0;
}

static __always_inline void play(const struct replay_event *ev)
{
	struct acc_thread *s = acc_thread(ev->thread);
	struct acc_call c = {.ident = ev->ident,
			     .cheap = ev->ident,
			     .pyframe = REPLAY_FRAME(ev),
			     .code = ev->ident,
			     .line = REPLAY_ROW(ev->ident)};
	struct acc_frame *f;

	if (!s)
		return;
	fake_now = ev->at;
	if (ev->op == REPLAY_AWAY) {
		s->away.off_ns += ev->ident;
		s->away.wait_ns += ev->pyframe;
		return;
	}
	if (ev->op == REPLAY_LEAVE) {
		struct acc_row *row = acc_row(ev->thread);
		struct acc_moment now = {.at = ev->at};

		acc_was(s, &now);
		if (row)
			acc_leave(s, row, REPLAY_FRAME(ev), &now);
		return;
	}
	f = acc_enter(s, ev->thread, &c);
	if (f)
		acc_start(s, f);
}

/* One event per run: the verifier then checks the core once and not REPLAY_MAX times. */
__u32 cursor;

SEC("syscall")
int replay(void *ctx)
{
	__u32 i = cursor++;

	if (i >= REPLAY_MAX || script[i].op == REPLAY_END)
		return 1;
	play(&script[i]);
	return 0;
}

struct replay_look gil_script[REPLAY_LOOKS] = {};
__u64 waited_from, waited_until;
__u32 looked; /* looks taken by the end of the wait */

SEC("syscall")
int replay_look(void *ctx)
{
	const struct replay_look *from;
	struct gil_look look = {.gil = 1};
	__u32 i = cursor++;

	if (i >= REPLAY_LOOKS || !gil_script[i].at)
		return 1;
	from = &gil_script[i];
	look.at = from->at;
	look.since = from->since;
	look.tstate = from->holder;
	look.holder = (__u64)from->holder << 32 | 1;
	look.locked = from->locked;
	look.out = from->out;
	look.turn = from->turn;
	look.woke = from->woke;
	look.waited = from->waited;
	look_store(&look, 0);
	return 0;
}

/* Thread 1 has waited. */
SEC("syscall")
int replay_tell(void *ctx)
{
	struct acc_thread *s = acc_thread(1);

	if (!s)
		return 1;
	s->row = 1;
	s->gil = 1;
	s->gil_from = waited_from;
	s->gil_until = waited_until;
	s->gil_look = looked;
	return gil_tell(s);
}

struct replay_switch switched;

/* So does bpfp_switch, for thread 1. */
SEC("syscall")
int replay_switch(void *ctx)
{
	struct acc_thread *s = acc_thread(1);

	if (!s)
		return 1;
	if (switched.comes) {
		away_end(s, switched.at);
		return 0;
	}
	s->row = 1;
	if (s->out_ns)
		away_untold(s, switched.at, switched.ran);
	away_begin(s, switched.at, 1, ACC_REASON_OTHER);
	return 0;
}
