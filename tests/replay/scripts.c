/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The scripts: some with known answers, and random ones. */
#include <stdlib.h>
#include <string.h>

#include "replay/figures.h"

#define E(who, at)                                                                                 \
	{                                                                                          \
		REPLAY_ENTER, 1, who, 0, at                                                        \
	}
#define L(at)                                                                                      \
	{                                                                                          \
		REPLAY_LEAVE, 1, 0, 0, at                                                          \
	}
#define EF(who, frame, at)                                                                         \
	{                                                                                          \
		REPLAY_ENTER, 1, who, frame, at                                                    \
	}
#define AWAY(off, wait)                                                                            \
	{                                                                                          \
		REPLAY_AWAY, 1, off, wait, 0                                                       \
	}
#define LF(frame, at)                                                                              \
	{                                                                                          \
		REPLAY_LEAVE, 1, 0, frame, at                                                      \
	}

#define FIGURE(n, p, o, c, ...)                                                                    \
	{                                                                                          \
		.calls = (n), .primitive = (p), .own = (o), .cum = (c), __VA_ARGS__                \
	}

const struct known known_scripts[] = {
	{"nested",
	 {E(1, 0), E(3, 10), E(5, 20), L(50), L(100), L(120)},
	 {{1, FIGURE(1, 1, 30, 120, .children = 1, .beneath = 2)},
	  {3, FIGURE(1, 1, 60, 90, .children = 1, .beneath = 1)},
	  {5, FIGURE(1, 1, 30, 30)}}},
	{"recursion",
	 {E(1, 0), E(1, 10), E(1, 30), L(60), L(70), L(100)},
	 {{1, FIGURE(3, 1, 100, 100, .children = 2, .beneath = 2)}}},
	{"mutual",
	 {E(1, 0), E(3, 5), E(1, 10), E(3, 20), L(40), L(45), L(50), L(100)},
	 {{1, FIGURE(2, 1, 70, 100, .children = 2, .beneath = 3)},
	  {3, FIGURE(2, 1, 30, 45, .children = 1, .beneath = 2)}}},
	{"away",
	 {E(1, 0), AWAY(5, 2), E(3, 10), AWAY(7, 0), E(1, 20), AWAY(3, 3), L(40), L(45), L(100)},
	 {{1, FIGURE(2, 1, 85, 100, .own_off = 8, .cum_off = 15, .own_wait = 5, .cum_wait = 5,
		     .children = 1, .beneath = 2)},
	  {3, FIGURE(1, 1, 15, 35, .own_off = 7, .cum_off = 10, .cum_wait = 3, .children = 1,
		     .beneath = 1)}}},
	{"two of one row",
	 {E(5, 0), E(7, 10), E(1, 20), E(7, 30), E(1, 40), E(5, 50), L(60), L(70), L(80), L(90),
	  L(95), L(100)},
	 {{1, FIGURE(2, 1, 40, 70, .children = 2, .beneath = 3)},
	  {5, FIGURE(4, 1, 60, 100, .children = 3, .beneath = 5)}}},
	{"unmatched return",
	 {EF(1, 100, 0), LF(900, 5), EF(3, 101, 10), LF(101, 30), LF(100, 50), LF(100, 60)},
	 {{1, FIGURE(1, 1, 30, 50, .children = 1, .beneath = 1)}, {3, FIGURE(1, 1, 20, 20)}}},
	{"dropped returns",
	 {EF(1, 100, 0), EF(3, 101, 10), EF(5, 102, 20), LF(100, 50)},
	 {{1, FIGURE(1, 1, 10, 50, .children = 1, .beneath = 2)},
	  {3, FIGURE(1, 1, 10, 40, .children = 1, .beneath = 1)},
	  {5, FIGURE(1, 1, 30, 30)}}},
	{"two threads",
	 {{REPLAY_ENTER, 1, 1, 0, 0},
	  {REPLAY_ENTER, 2, 1, 0, 5},
	  {REPLAY_LEAVE, 1, 0, 0, 10},
	  {REPLAY_LEAVE, 2, 0, 0, 50}},
	 {{1, FIGURE(1, 1, 10, 10)}}},
	{0},
};

void random_script(struct replay_event *script, unsigned int seed)
{
	__u64 now = 0, frame = 1000;

	srand(seed);
	memset(script, 0, sizeof(*script) * REPLAY_MAX);
	for (int i = 0; i < REPLAY_MAX - 1; i++) {
		__u32 op = rand() % 9 < 5 ? REPLAY_ENTER : REPLAY_LEAVE;
		__u64 which = op == REPLAY_ENTER ? ++frame : frame - rand() % 6;

		now += rand() % 1000;
		if (rand() % 8 == 0) {
			which = rand() % 1000;
			script[i] = (struct replay_event){REPLAY_AWAY, 1 + rand() % (THREADS - 1),
							  which, rand() % (which + 1), 0};
			continue;
		}
		/* idents are odd, as those of acc_key are: the tables store them as keys */
		script[i] = (struct replay_event){op, 1 + rand() % (THREADS - 1),
						  1 + 2 * (rand() % (IDENTS / 2)),
						  seed % 2 ? which : 0, now};
	}
}
