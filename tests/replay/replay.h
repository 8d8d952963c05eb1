/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A script of calls and returns with their times, as the replay program takes it. */
#ifndef BPFPROF_REPLAY_H
#define BPFPROF_REPLAY_H

#define REPLAY_MAX 256

enum replay_op { REPLAY_END, REPLAY_ENTER, REPLAY_LEAVE, REPLAY_AWAY };

struct replay_event {
	__u32 op;
	__u32 thread;
	__u64 ident;   /* ENTER: who; AWAY: ns in all */
	__u64 pyframe; /* 0: not known; AWAY: ns of it waiting for a CPU */
	__u64 at;      /* ns */
};

/* A look at a GIL, which the thread of the row `holder` was the last to take. */
struct replay_look {
	__u64 at, since;
	__u32 holder, locked;
	__u64 out;
	__u8 turn, woke, waited; /* as in struct gil_look */
};

/* A thread leaves its CPU, or comes back to one. */
struct replay_switch {
	__u64 at;
	__u64 ran; /* since it came back, by the kernel's sums */
	__u32 comes;
};

#define REPLAY_LOOKS 64 /* not more than are looked back for one wait */

/* The row that what has an identity stands in: two code objects share the last one. */
#define REPLAY_ROW(ident) ((ident) == 7 ? 5 : (ident))

/* A code object that differs in its line alone from others, where it is of another row. */
#define REPLAY_FILL(code) ((code)->names[0].state = (code)->names[1].state = ACC_NAME_READ)

/* Frames are aligned. */
#define REPLAY_FRAME(ev) ((ev)->pyframe << 4)

#endif
