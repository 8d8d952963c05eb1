/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a thread did when, told at its switches and read in turns while it runs on: each interval
 * has its own time, all of it and nothing else. */
#include "unit/test.h"
#include "unit/random.h"
#include "unit/tables.h"

#include "model/profile.h"
#include "reader/parts.h"
#include "reader/snapshot.h"
#include "reader/in_reader.h" /* last: its macros bear short names */

#include "bpfprof/strips.h"

#define READINGS 400
#define BEGAN	 1000000

static const struct table_sizes two_each = {.frames = 64,
					    .edges = 64,
					    .funcs = 64,
					    .edge_buckets = 64,
					    .func_buckets = 64,
					    .codes = 64,
					    .threads = 4,
					    .rows = 4,
					    .blocks = 4,
					    .splits = 4,
					    .timeline = 1,
					    .coroutines = 4,
					    .awaits = 1,
					    .lives = 1,
					    .strips = 4,
					    .names = 1024};

/* A thread, and beside it what it did in the interval. */
struct run {
	struct tables live, copy;
	__u64 now, told, from; /* told: up to when the interval's is known */
	__s64 did[PROF_STATES];
};

static void run_begin(struct run *r)
{
	*r = (struct run){
		.live = tables_of(&two_each, zeroes), .now = BEGAN, .told = BEGAN, .from = BEGAN};
	snapshot__alloc(&r->copy, &two_each);
	r->live.ctl->turns.two = 1;
	r->live.ctl->rows = 1;
	r->live.threads[1].row = 1;
	in_use = &r->live;
}

static void run_end(struct run *r)
{
	tables_free(&r->live);
	snapshot__free(&r->copy);
}

static void did(struct run *r, __u32 state, __u64 until)
{
	if (until <= r->told)
		return;
	r->did[state] += (__s64)(until - r->told);
	r->told = until;
}

/* As bpf/strips.bpf.h does. */
static void tell(struct run *r, __u32 state, __u64 now)
{
	struct acc_thread *s = &r->live.threads[1];
	const __u32 turn = r->live.ctl->turns.now;
	struct acc_strip *st = acc_strip(acc_strip_at(r->live.ctl, s->strip, turn));

	if (st && st->turn == turn && acc_strip_tell_quick(st, s->out_ns, state, now))
		return;
	if (!s->strip) {
		r->live.rows[1].strip_ns = BEGAN;
		r->live.rows[1].strip = s->strip = ++r->live.ctl->strips;
	}
	acc_strip_tell_row(1, s->out_ns, state, now);
}

static void leave(struct run *r)
{
	struct acc_thread *s = &r->live.threads[1];

	s->reason = (__u32)(random_next() % 3);
	s->ready_ns = random_next() % 4 ? 0 : r->now;
	s->out_ns = r->now;
	did(r, PROF_STATE_RUNNING, r->now);
}

static __u32 state_of(const struct acc_thread *s)
{
	if (!s->out_ns)
		return PROF_STATE_RUNNING;
	return s->ready_ns ? PROF_STATE_RUNNABLE : s->reason;
}

/* What it waited for has come, or it is back. */
static void come(struct run *r)
{
	struct acc_thread *s = &r->live.threads[1];
	const __u32 state = state_of(s);
	const bool ready = !s->ready_ns && random_next() % 2;

	tell(r, state, r->now);
	did(r, state, r->now);
	s->ready_ns = ready ? r->now : 0;
	s->out_ns = ready ? r->now : 0;
}

static void step(struct run *r)
{
	r->now += random_next() % 8 ? random_next() % 100000 : random_next() % 20000000;
	if (r->live.threads[1].out_ns)
		come(r);
	else
		leave(r);
}

static const char *differs(const struct run *r, const struct prof_strip *strip, __u64 at)
{
	__s64 sum, left;

	for (int s = 0; s < PROF_STATES; s++) {
		sum = 0;
		for (__u32 bin = 0; bin < strip->nbins; bin++)
			sum += strip->ns[bin][s];
		if (sum != r->did[s])
			return prof_state_names[s];
	}
	for (__u32 bin = 0; bin < strip->nbins; bin++) {
		left = (__s64)strip->bin_ns;
		for (int s = 0; s < PROF_STATES; s++)
			left -= strip->ns[bin][s];
		if (left && (left < 0 || bin + 1 < strip->nbins))
			return "a bin";
	}
	if (strip->nbins > 1 && strip->nbins <= PROF_STRIP_BINS / 2 &&
	    strip->bin_ns > 1u << ACC_STRIP_SHIFT)
		return "bins that are too wide";
	return strip->start_ns == r->from && prof_strip__end(strip) == at ? NULL : "its ends";
}

/* As if that were the time. */
static void turn(struct run *r)
{
	strips__turn(&r->live);
	r->live.ctl->turns.from_ns[r->live.ctl->turns.now & 1] = r->now;
}

/* At now; late: the thread has a switch of just before that which is told just after. */
static const char *read_at(struct run *r, bool late)
{
	struct prof_strip *strip;
	const char *why;

	snapshot__figures(&r->live, &(struct known_codes){0}, &r->copy);
	r->now += 1 + random_next() % 100;
	turn(r);
	if (late && r->live.threads[1].out_ns) {
		r->now--;
		come(r);
		r->now++;
	}
	did(r, state_of(&r->live.threads[1]), r->now);
	snapshot__stacks(&r->live, &r->copy, r->now);
	snapshot__strips(&r->live, &r->copy);
	strips__close(&r->copy, r->now);
	strip = strip__of(&r->copy, &r->copy.rows[1]);
	in_use = &r->live;
	why = strip ? differs(r, strip, r->now) : "no strip";
	free(strip);
	r->from = r->now;
	memset(r->did, 0, sizeof(r->did));
	return why;
}

TEST(strips_of_intervals)
{
	const char *why = NULL;
	struct run r;

	run_begin(&r);
	step(&r);
	step(&r);
	for (int i = 0; i < READINGS && !why; i++) {
		for (__u64 n = random_next() % 3 ? random_next() % 300 : 0; n; n--)
			step(&r);
		why = read_at(&r, random_next() % 2);
	}
	if (why)
		printf("# differs: %s\n", why);
	CHECK(!why);
	run_end(&r);
}

/* A thread that ended in an interval has a strip in that one, and none in the next. */
TEST(strip_of_a_thread_that_ended)
{
	struct prof_strip *strip;
	struct run r;

	run_begin(&r);
	step(&r);
	step(&r);
	while (r.live.threads[1].out_ns)
		step(&r);
	CHECK(!read_at(&r, false));
	r.live.threads[1] = (struct acc_thread){0};
	r.live.rows[1].end_ns = r.now + 500;
	for (int i = 0; i < 2; i++) {
		r.now += 1000;
		snapshot__figures(&r.live, &(struct known_codes){0}, &r.copy);
		turn(&r);
		snapshot__stacks(&r.live, &r.copy, r.now);
		snapshot__strips(&r.live, &r.copy);
		strips__close(&r.copy, r.now);
		strip = strip__of(&r.copy, &r.copy.rows[1]);
		CHECK(i ? !strip : strip && prof_strip__end(strip) == r.from + 500);
		free(strip);
	}
	run_end(&r);
}

/* What could not be written as an interval of its own: nothing of it is lost. */
TEST(strips_joined)
{
	struct prof_strip a = {.start_ns = 1000, .bin_ns = 64, .nbins = 100},
			  b = {.start_ns = 1000 + 99 * 64 + 7, .bin_ns = 128, .nbins = 128}, *both;
	__s64 sum[3] = {0};

	for (__u32 i = 0; i < a.nbins; i++)
		a.ns[i][PROF_STATE_RUNNING] = i + 1 < a.nbins ? 64 : 7;
	for (__u32 i = 0; i < b.nbins; i++) {
		b.ns[i][PROF_STATE_IDLE] = 100;
		b.ns[i][PROF_STATE_RUNNING] = 28;
	}
	both = prof_strip__join(&a, &b);
	for (__u32 i = 0; i < both->nbins; i++) {
		sum[0] += both->ns[i][PROF_STATE_RUNNING];
		sum[1] += both->ns[i][PROF_STATE_IDLE];
	}
	CHECK(sum[0] == 99 * 64 + 7 + 128 * 28 && sum[1] == 128 * 100);
	CHECK(both->start_ns == 1000 && both->nbins <= PROF_STRIP_BINS);
	CHECK(both->ns[0][PROF_STATE_RUNNING] == (__s64)both->bin_ns);
	free(both);
}
