// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Plays a script of calls and returns to the accounting core, in the kernel, by a clock that stands
 * in the script: what the core makes of it is then exact. */
#define BPFPROF_FAKE_CLOCK
#include "core.bpf.h"
#include "../tests/replay/replay.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct replay_event script[REPLAY_MAX] = {};

__noinline int acc_code_fill(struct acc_code *code, const struct acc_call *c)
{
	return code && c ? 0 : -1;
}

static __always_inline void play(const struct replay_event *ev)
{
	struct acc_thread *s = acc_thread(ev->thread);
	struct acc_call c = {.ident = ev->ident,
			     .cheap = ev->ident,
			     .pyframe = REPLAY_FRAME(ev),
			     .code = ev->ident};
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
