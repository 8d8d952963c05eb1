/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who held the GIL during one wait: looks with known answers, then threads that take it in turn at
 * random times. Each leaves its CPU as it lets go, as threads do that wait; so all must be told,
 * and when nobody had it, to the nanosecond. */
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
	bpf->bss->looked = bpf->bss->looks_taken + w->looked;
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

static const struct {
	const char *name;
	struct wait wait;
} known[] = {
	{"one holder", {{{100, 0, 2, 1, 0}, {200, 0, 2, 1, 0}}, 2, 1, 100, 180, {[2] = 80}}},
	{"let go, then another",
	 {{{100, 50, 2, 0, 0}, {200, 130, 3, 1, 0}}, 2, 1, 100, 190, {[3] = 60}}},
	{"handed on as another came",
	 {{{100, 50, 2, 1, 0}, {200, 130, 3, 1, 0}}, 2, 1, 100, 190, {[2] = 30, [3] = 60}}},
	{"handed on, both running",
	 {{{100, 50, 2, 1, 0}, {200, 60, 3, 1, 0}}, 2, 1, 100, 190, {0}}},
	{"by the one that waited",
	 {{{100, 50, 2, 1, 0}, {200, 190, 1, 1, 0}}, 2, 1, 100, 190, {[2] = 90}}},
	{"its own is none", {{{100, 50, 1, 0, 0}, {200, 50, 1, 0, 0}}, 2, 1, 100, 190, {0}}},
	{"looks before and after",
	 {{{50, 0, 2, 1, 0}, {100, 0, 3, 1, 0}, {200, 0, 3, 1, 0}, {300, 0, 2, 1, 0}},
	  4,
	  2,
	  120,
	  190,
	  {[3] = 70}}},
	{"taken and let go meanwhile",
	 {{{100, 50, 2, 0, 0}, {200, 50, 2, 0, 0}}, 2, 1, 100, 190, {0}}},
	{"free until another came",
	 {{{100, 50, 2, 0, 99}, {200, 130, 3, 1, 0}}, 2, 1, 100, 190, {[0] = 30, [3] = 60}}},
	{"free all the while",
	 {{{100, 50, 2, 0, 99}, {200, 50, 2, 0, 99}}, 2, 1, 100, 190, {[0] = 90}}},
	{"free until it came back itself",
	 {{{100, 50, 2, 0, 99}, {200, 140, 2, 0, 0}}, 2, 1, 100, 190, {[0] = 40, [2] = 50}}},
	{"free, and it came back unseen",
	 {{{100, 50, 2, 0, 99}, {200, 50, 2, 1, 0}}, 2, 1, 100, 190, {[2] = 90}}},
	{"no look after it", {{{100, 0, 2, 1, 0}}, 1, 0, 100, 190, {0}}},
};

static void look(struct wait *w, __u64 at, __u64 since, __u32 holder, __u32 locked)
{
	w->looks[w->n++] = (struct replay_look){at, since, holder, locked, locked ? 0 : at};
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
static __u64 others(struct wait *w, __u64 at, __u64 since, __u32 holder, __u32 locked, int many)
{
	for (int n = rand() % (many + 1); n; n--)
		look(w, at += later(), since, holder, locked);
	return at + later();
}

/* The wait begins and ends with a look each, somewhere among the turns. */
static void random_wait(struct wait *w, unsigned int seed)
{
	__u64 came[8], left[8], at = 1000, since = 1000;
	__u32 holder = 2, who[8];

	srand(seed);
	memset(w, 0, sizeof(*w));
	look(w, at, since, holder, 0);
	for (int turn = 0; turn < 8; turn++) {
		since = at = others(w, at, since, holder, 0, 2);
		holder = who[turn] = 2 + rand() % (HOLDERS - 2);
		came[turn] = at;
		left[turn] = at = others(w, at, since, holder, 1, 3);
		look(w, at, since, holder, 0);
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
