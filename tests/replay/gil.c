/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who held the GIL during one wait: looks with known answers, then threads that take it in turn at
 * random times. Each wakes one up as it lets go and leaves its CPU later, as threads do that wait;
 * so all must be told, and when nobody had it, to the nanosecond. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "replay/figures.h"
#include "replay/replay.skel.h"

#define HOLDERS 8u /* rows; that of the thread that waits is 1 */

struct wait {
	struct replay_look looks[REPLAY_LOOKS];
	__u32 n, looked;
	__u64 from, until;
	__u64 held[HOLDERS]; /* what is known of it; [0]: by nobody */
};

static struct acc_hold *holds;

static int run(struct bpf_program *prog)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	return bpf_prog_test_run_opts(bpf_program__fd(prog), &opts) ? -1 : (int)opts.retval;
}

/* NULL, or why it is not told right. */
static const char *tell(struct replay_bpf *bpf, const struct wait *w)
{
	__u64 held[HOLDERS] = {0};

	memset(holds, 0, ACC_HOLDS * sizeof(*holds));
	memset(bpf->bss->gil_script, 0, sizeof(bpf->bss->gil_script));
	memcpy(bpf->bss->gil_script, w->looks, w->n * sizeof(*w->looks));
	bpf->bss->cursor = 0;
	bpf->bss->looked = (__u32)(bpf->bss->gil_looks >> 32) + w->looked;
	bpf->bss->waited_from = w->from;
	bpf->bss->waited_until = w->until;
	for (__u32 i = 0; i < w->n; i++) {
		if (run(bpf->progs.replay_look))
			return strerror(errno);
	}
	if (run(bpf->progs.replay_tell))
		return strerror(errno);
	for (__u32 i = 0; i < ACC_HOLDS; i++) {
		if (holds[i].key >> 32 >= HOLDERS)
			return "a holder that there is not";
		held[holds[i].key >> 32] += holds[i].ns;
	}
	return memcmp(held, w->held, sizeof(held)) ? "not the known times" : NULL;
}

#define SEEN(time, who, has, ...)                                                                  \
	{                                                                                          \
		.at = (time), .holder = (who), .locked = (has), __VA_ARGS__                        \
	}

/* From 100 to 190, with a look before and one after. */
#define WAITED(before, after, ...)                                                                 \
	{                                                                                          \
		{before, after}, 2, 1, 100, 190,                                                   \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}

static const struct {
	const char *name;
	struct wait wait;
} known[] = {
	{"one holder", WAITED(SEEN(100, 2, 1, .since = 0), SEEN(200, 2, 1, .since = 0), [2] = 90)},
	{"let go, then another",
	 WAITED(SEEN(100, 2, 0, .since = 50),
		SEEN(200, 3, 1, .since = 130, .turn = 1), [0] = 30, [3] = 60)},
	{"handed on as another came",
	 WAITED(SEEN(100, 2, 1, .since = 50),
		SEEN(200, 3, 1, .since = 130, .turn = 1), [2] = 30, [3] = 60)},
	{"handed on, both running",
	 WAITED(SEEN(100, 2, 1, .since = 50), SEEN(200, 3, 1, .since = 60, .turn = 1), 0)},
	{"handed on and on",
	 WAITED(SEEN(100, 2, 1, .since = 50), SEEN(200, 3, 1, .since = 130, .turn = 2), [3] = 60)},
	{"and back",
	 WAITED(SEEN(100, 2, 1, .since = 50), SEEN(200, 2, 1, .since = 50, .turn = 2), 0)},
	{"by the one that waited",
	 WAITED(SEEN(100, 2, 1, .since = 50), SEEN(200, 1, 1, .since = 190, .turn = 1), [2] = 90)},
	{"its own is none", WAITED(SEEN(100, 1, 1, .since = 50), SEEN(200, 1, 1, .since = 50), 0)},
	{"looks before and after",
	 {{SEEN(50, 2, 1, .since = 0), SEEN(100, 3, 1, .since = 0, .turn = 1),
	   SEEN(200, 3, 1, .since = 0, .turn = 1), SEEN(300, 2, 1, .since = 0, .turn = 2)},
	  4,
	  2,
	  120,
	  190,
	  {[3] = 70}}},
	{"taken again and let go meanwhile",
	 WAITED(SEEN(100, 2, 0, .since = 50), SEEN(200, 2, 0, .since = 50, .woke = 1), 0)},
	{"taken again while it runs",
	 WAITED(SEEN(100, 2, 0, .since = 50), SEEN(200, 2, 1, .since = 50), 0)},
	{"free until another came",
	 WAITED(SEEN(100, 2, 0, .since = 50, .out = 99),
		SEEN(200, 3, 1, .since = 130, .turn = 1), [0] = 30, [3] = 60)},
	{"free until another came in its place",
	 WAITED(SEEN(100, 2, 0, .since = 50, .out = 100),
		SEEN(200, 3, 0, .since = 100, .turn = 1), [3] = 90)},
	{"taken by who waited on a CPU",
	 WAITED(SEEN(100, 2, 0, .since = 50, .out = 99),
		SEEN(200, 3, 0, .since = 60, .turn = 1, .waited = 1), [3] = 90)},
	{"taken by who had not waited", WAITED(SEEN(100, 2, 0, .since = 50, .out = 99),
					       SEEN(200, 3, 0, .since = 60, .turn = 1), 0)},
	{"free all the while", WAITED(SEEN(100, 2, 0, .since = 50, .out = 99),
				      SEEN(200, 2, 0, .since = 50, .out = 99), [0] = 90)},
	{"free, as another thread wakes one up",
	 WAITED(SEEN(100, 2, 0, .since = 50, .out = 99),
		SEEN(200, 2, 0, .since = 50, .out = 99, .woke = 1), [0] = 90)},
	{"free until it came back itself",
	 WAITED(SEEN(100, 2, 0, .since = 50, .out = 99),
		SEEN(200, 2, 0, .since = 140, .woke = 1), [0] = 40, [2] = 50)},
	{"free, and it came back for something else",
	 WAITED(SEEN(100, 2, 0, .since = 50, .out = 99),
		SEEN(200, 2, 0, .since = 140, .out = 200), [0] = 90)},
	{"free, and it came back unseen",
	 WAITED(SEEN(100, 2, 0, .since = 50, .out = 99), SEEN(200, 2, 1, .since = 50), 0)},
	{"no look after it", {{SEEN(100, 2, 1, .since = 0)}, 1, 0, 100, 190, {0}}},
};

/* The next look, in all else like *as. */
static void look(struct wait *w, __u64 at, const struct replay_look *as)
{
	w->looks[w->n] = *as;
	w->looks[w->n++].at = at;
}

static __u64 later(void)
{
	return 1 + rand() % 1000;
}

static __u64 overlap(const struct wait *w, __u64 from, __u64 until)
{
	from = from > w->from ? from : w->from;
	until = until < w->until ? until : w->until;
	return until > from ? until - from : 0;
}

/* Others look as well, up to `many` times. */
static __u64 others(struct wait *w, __u64 at, const struct replay_look *as, int many)
{
	for (int n = rand() % (many + 1); n; n--)
		look(w, at += later(), as);
	return at + later();
}

/* It lets go at that time, and leaves its CPU when some have looked. */
static __u64 let_go(struct wait *w, __u64 at, struct replay_look *as)
{
	as->locked = 0;
	as->woke = 1;
	look(w, at, as);
	as->woke = 0;
	as->out = at = others(w, at, as, 1);
	look(w, at, as);
	return at;
}

/* The wait begins and ends with a look each, somewhere among the turns. */
static void random_wait(struct wait *w, unsigned int seed)
{
	__u64 came[8], left[8], at = 1000;
	struct replay_look as = {.since = at, .holder = 2, .out = at};
	__u32 who[8];

	srand(seed);
	memset(w, 0, sizeof(*w));
	look(w, at, &as);
	for (int turn = 0; turn < 8; turn++) {
		came[turn] = at = others(w, at, &as, 2);
		who[turn] = 2 + rand() % (HOLDERS - 2);
		as = (struct replay_look){.since = at,
					  .holder = who[turn],
					  .locked = 1,
					  .turn = as.turn + (who[turn] != as.holder)};
		left[turn] = at = others(w, at, &as, 3);
		at = let_go(w, at, &as);
	}
	w->looked = 1 + rand() % (w->n - 1);
	w->until = w->looks[w->looked].at;
	w->from = w->looks[rand() % w->looked].at;
	w->held[0] = w->until - w->from;
	for (int turn = 0; turn < 8; turn++) {
		w->held[who[turn]] += overlap(w, came[turn], left[turn]);
		w->held[0] -= overlap(w, came[turn], left[turn]);
	}
}

int replay_gil(struct replay_bpf *bpf)
{
	static struct wait w;
	const char *why = NULL;
	unsigned int seed;
	int bad = 0;

	holds = mmap(NULL, ACC_HOLDS * sizeof(*holds), PROT_READ | PROT_WRITE, MAP_SHARED,
		     bpf_map__fd(bpf->maps.holds), 0);
	if (holds == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		why = tell(bpf, &known[i].wait);
		printf("%sok replay GIL: %s%s%s\n", why ? "not " : "", known[i].name,
		       why ? " - " : "", why ? why : "");
		bad += why != NULL;
	}
	for (seed = 1; seed <= 300; seed++) {
		random_wait(&w, seed);
		why = tell(bpf, &w);
		if (why)
			break;
	}
	if (why)
		printf("not ok replay GIL: random turns - seed %u: %s\n", seed, why);
	else
		puts("ok replay GIL: random turns");
	return bad + (why != NULL);
}
