/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The replay ring: scripts of calls and returns are played in the kernel and in user space, by the
 * same header, and to a third, naive accounting written here. All three must agree to the
 * nanosecond. Scripts with known answers come first, then random ones.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reader/tables.h"
#include "replay/replay.h"
#include "replay/replay.skel.h"
#include "reader/in_reader.h" /* last: its macros bear names of the skeleton's members */

#define SIZE	1024u
#define THREADS 4u
#define IDENTS	8u

/* The figures of one (thread, caller, callee), and with caller 0 of one (thread, function) in all.
 */
struct figure {
	__u64 calls, primitive, own, cum;
	__u64 own_off, cum_off, own_wait, cum_wait;
	__u64 children, beneath; /* calls */
};

struct figures {
	struct figure pair[THREADS][IDENTS][IDENTS];
	struct figure func[THREADS][IDENTS];
	__u64 losses[ACC_LOSS_COUNT];
};

static struct replay_bpf *bpf;
static struct tables kernel, user;

static void *map_table(struct bpf_map *map, size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);

	if (at == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return at;
}

static const struct table_sizes sizes = {.frames = SIZE,
					 .edges = SIZE,
					 .funcs = SIZE,
					 .edge_buckets = SIZE,
					 .func_buckets = SIZE,
					 .codes = SIZE,
					 .threads = SIZE,
					 .rows = SIZE};

#define TABLES(X)                                                                                  \
	X(frames)                                                                                  \
	X(aways)                                                                                   \
	X(edges)                                                                                   \
	X(edges_cold)                                                                              \
	X(edge_buckets) X(funcs) X(funcs_cold) X(func_buckets) X(codes) X(threads) X(rows)

static void map_all(void)
{
	kernel.size = user.size = sizes;
#define X(t)                                                                                       \
	kernel.t = map_table(bpf->maps.t, SIZE * sizeof(*kernel.t));                               \
	user.t = calloc(SIZE, sizeof(*user.t));
	TABLES(X)
#undef X
	kernel.ctl = map_table(bpf->maps.ctls, sizeof(*kernel.ctl));
	user.ctl = calloc(1, sizeof(*user.ctl));
}

static void reset(struct tables *t)
{
#define X(table) memset(t->table, 0, SIZE * sizeof(*t->table));
	TABLES(X)
#undef X
	memset(t->ctl, 0, sizeof(*t->ctl));
}

static int play_kernel(const struct replay_event *script)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	reset(&kernel);
	memcpy(bpf->bss->script, script, sizeof(bpf->bss->script));
	bpf->bss->cursor = 0;
	do {
		int error = bpf_prog_test_run_opts(bpf_program__fd(bpf->progs.replay), &opts);

		if (error)
			return error;
	} while (!opts.retval);
	return 0;
}

static void play_user(const struct replay_event *script)
{
	reset(&user);
	home = &user;
	for (const struct replay_event *ev = script; ev->op != REPLAY_END; ev++) {
		struct acc_call c = {.ident = ev->ident,
				     .cheap = ev->ident,
				     .pyframe = REPLAY_FRAME(ev),
				     .code = ev->ident};
		struct acc_thread *s = &user.threads[ev->thread];
		struct acc_moment now = {ev->at, s->away};
		struct acc_frame *f;

		if (ev->op == REPLAY_AWAY) {
			s->away.off_ns += ev->ident;
			s->away.wait_ns += ev->pyframe;
		} else if (ev->op == REPLAY_LEAVE) {
			acc_leave(s, acc_row(ev->thread), REPLAY_FRAME(ev), &now);
		} else if ((f = acc_enter(s, ev->thread, &c))) {
			f->enter_ticks = ev->at;
			f->away = s->away;
		}
	}
}

static void add_figure(struct figure *to, const struct figure *from)
{
	__u64 *a = (__u64 *)to;
	const __u64 *b = (const __u64 *)from;

	for (size_t i = 0; i < sizeof(*to) / sizeof(*a); i++)
		a[i] += b[i];
}

static void read_tables(const struct tables *t, struct figures *out)
{
	memset(out, 0, sizeof(*out));
	for (__u32 i = 0; i < SIZE; i++) {
		const struct acc_edge *e = &t->edges[i];
		const struct acc_edge_cold *em = &t->edges_cold[i];
		const struct acc_func *f = &t->funcs[e->func];
		__u64 callee = t->codes[f->code].key;
		__u64 caller = t->codes[t->funcs[em->context].code].key;

		if (!e->key)
			continue;
		out->pair[f->thread][caller][callee] = (struct figure){
			e->calls,	 e->calls - em->nested, e->own_ticks,
			e->cum_ticks,	 em->own.off_ns,	em->cum.off_ns,
			em->own.wait_ns, em->cum.wait_ns,	e->children,
			e->beneath,
		};
		add_figure(&out->func[f->thread][callee], &out->pair[f->thread][caller][callee]);
		out->func[f->thread][callee].primitive += em->nested;
	}
	for (__u32 i = 0; i < SIZE; i++) {
		const struct acc_func *f = &t->funcs[i];
		const struct acc_func_cold *fm = &t->funcs_cold[i];
		struct figure *to = &out->func[f->thread][t->codes[f->code].key];

		if (!f->key)
			continue;
		to->primitive -= fm->nested;
		to->cum -= fm->overlap_ticks;
		to->cum_off -= fm->overlap.off_ns;
		to->cum_wait -= fm->overlap.wait_ns;
		to->beneath -= fm->overlap_beneath;
	}
	memcpy(out->losses, t->ctl->losses, sizeof(out->losses));
}

/* --- the naive accounting: a stack of whole calls, recursion found by looking ------------------
 */

struct call {
	__u64 who, frame, start, children;
	__u64 off, wait;	 /* while it was open */
	__u64 own_off, own_wait; /* of it, while it was innermost */
	__u64 beneath;		 /* directly; at any depth */
};

struct naive {
	struct call stack[THREADS][REPLAY_MAX];
	int depth[THREADS];
	struct figures *out;
};

static int open_count(const struct naive *n, __u32 thread, __u64 caller, __u64 who, int pairs)
{
	int count = 0;

	for (int i = 0; i < n->depth[thread]; i++) {
		__u64 above = i ? n->stack[thread][i - 1].who : 0;

		count += n->stack[thread][i].who == who && (!pairs || above == caller);
	}
	return count;
}

static void naive_enter(struct naive *n, const struct replay_event *ev)
{
	int d = n->depth[ev->thread];
	__u64 caller = d ? n->stack[ev->thread][d - 1].who : 0;
	struct figure *pair = &n->out->pair[ev->thread][caller][ev->ident];
	struct figure *func = &n->out->func[ev->thread][ev->ident];

	for (int i = 0; i < d; i++)
		n->stack[ev->thread][i].beneath++;
	if (d) {
		__u64 grandcaller = d > 1 ? n->stack[ev->thread][d - 2].who : 0;

		n->out->pair[ev->thread][grandcaller][caller].children++;
		n->out->func[ev->thread][caller].children++;
	}
	pair->calls++;
	func->calls++;
	pair->primitive += !open_count(n, ev->thread, caller, ev->ident, 1);
	func->primitive += !open_count(n, ev->thread, caller, ev->ident, 0);
	n->stack[ev->thread][n->depth[ev->thread]++] =
		(struct call){.who = ev->ident, .frame = ev->pyframe, .start = ev->at};
}

static void naive_pop(struct naive *n, __u32 thread, __u64 at)
{
	int d = --n->depth[thread];
	struct call c = n->stack[thread][d];
	__u64 caller = d ? n->stack[thread][d - 1].who : 0, elapsed = at - c.start;
	struct figure *pair = &n->out->pair[thread][caller][c.who];
	struct figure *func = &n->out->func[thread][c.who];

	struct figure own = {
		.own = elapsed - c.children, .own_off = c.own_off, .own_wait = c.own_wait};
	struct figure cum = {
		.cum = elapsed, .cum_off = c.off, .cum_wait = c.wait, .beneath = c.beneath};

	add_figure(pair, &own);
	add_figure(func, &own);
	if (!open_count(n, thread, caller, c.who, 1))
		add_figure(pair, &cum);
	if (!open_count(n, thread, caller, c.who, 0))
		add_figure(func, &cum);
	if (d)
		n->stack[thread][d - 1].children += elapsed;
}

static void naive_leave(struct naive *n, const struct replay_event *ev)
{
	int at = n->depth[ev->thread] - 1;

	while (ev->pyframe && at >= 0 && n->stack[ev->thread][at].frame != ev->pyframe)
		at--;
	if (at < 0)
		return;
	n->out->losses[ACC_LOSS_DROPPED] += n->depth[ev->thread] - 1 - at;
	while (n->depth[ev->thread] > at)
		naive_pop(n, ev->thread, ev->at);
}

static void naive_away(struct naive *n, const struct replay_event *ev)
{
	struct call *stack = n->stack[ev->thread];
	int d = n->depth[ev->thread];

	for (int i = 0; i < d; i++) {
		stack[i].off += ev->ident;
		stack[i].wait += ev->pyframe;
	}
	if (d) {
		stack[d - 1].own_off += ev->ident;
		stack[d - 1].own_wait += ev->pyframe;
	}
}

static void play_naive(const struct replay_event *script, struct figures *out)
{
	struct naive n = {.out = out};

	memset(out, 0, sizeof(*out));
	for (const struct replay_event *ev = script; ev->op != REPLAY_END; ev++) {
		if (ev->op == REPLAY_ENTER)
			naive_enter(&n, ev);
		else if (ev->op == REPLAY_AWAY)
			naive_away(&n, ev);
		else
			naive_leave(&n, ev);
	}
}

/* --- cases -------------------------------------------------------------------------------------
 */

static int failures;

static void result(const char *name, const char *why)
{
	printf(why ? "not ok replay %s - %s\n" : "ok replay %s\n", name, why);
	failures += why != NULL;
}

static const char *agree(const struct replay_event *script, struct figures *naive)
{
	static struct figures k, u;

	play_naive(script, naive);
	play_user(script);
	read_tables(&user, &u);
	if (play_kernel(script))
		return strerror(errno);
	read_tables(&kernel, &k);
	if (memcmp(&k, &u, sizeof(k)))
		return "kernel and user space differ";
	return memcmp(&k, naive, sizeof(k)) ? "the naive accounting differs" : NULL;
}

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

struct known {
	const char *name;
	struct replay_event script[REPLAY_MAX];
	struct {
		int who;
		struct figure f;
	} expect[IDENTS];
};

#define FIGURE(n, p, o, c, ...)                                                                    \
	{                                                                                          \
		.calls = (n), .primitive = (p), .own = (o), .cum = (c), __VA_ARGS__                \
	}

static const struct known cases[] = {
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
};

static void run_known(const struct known *c)
{
	struct figures got;
	const char *why = agree(c->script, &got);

	for (int i = 0; !why && c->expect[i].who; i++) {
		if (memcmp(&got.func[1][c->expect[i].who], &c->expect[i].f, sizeof(struct figure)))
			why = "not the known figures";
	}
	result(c->name, why);
}

static void random_script(struct replay_event *script, unsigned int seed)
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

static void run_random(unsigned int count)
{
	static struct replay_event script[REPLAY_MAX];
	struct figures got;
	char why[64];

	for (unsigned int seed = 1; seed <= count; seed++) {
		const char *bad;

		random_script(script, seed);
		bad = agree(script, &got);
		if (!bad)
			continue;
		snprintf(why, sizeof(why), "seed %u: %s", seed, bad);
		result("random scripts", why);
		return;
	}
	result("random scripts", NULL);
}

static int open_frames(const struct tables *t, int thread)
{
	int n = 0;

	for (__u32 at = t->threads[thread].top; at; at = t->frames[at].prev)
		n++;
	return n;
}

/* Deeper than a chunk, and deeper than the pool: what has no room is counted, the rest is exact. */
static void run_deep(void)
{
	__u64 room = SIZE - 2 * ACC_CHUNK;
	struct acc_ctl *ctl = user.ctl;
	__u64 opened;
	const char *why = NULL;

	reset(&user);
	home = &user;
	for (__u64 i = 0; i < 2 * SIZE; i++) {
		struct acc_call c = {.ident = 1, .cheap = 1, .code = 1};
		struct acc_frame *f = acc_enter(&user.threads[1], 1, &c);

		if (f)
			f->enter_ticks = i;
	}
	opened = open_frames(&user, 1);
	for (__u64 i = 0; i < 2 * SIZE; i++)
		acc_leave(&user.threads[1], acc_row(1), 0,
			  &(struct acc_moment){.at = 2 * SIZE + i});
	if (opened < room - SIZE / ACC_CHUNK ||
	    opened + ctl->losses[ACC_LOSS_STACK_FULL] != 2 * SIZE)
		why = "frames of a full pool";
	else if (user.threads[1].top || user.threads[1].overflow)
		why = "the stack is not empty at the end";
	else if (user.rows[1].calls != opened)
		why = "calls that had room";
	result("deeper than the pool", why);
}

/* More pairs than the table has room for, of threads in turn: what has room is found again, the
 * rest is counted, and little room is left over. */
static void run_full(void)
{
	struct acc_ctl *ctl = user.ctl;
	const __u64 pairs = SIZE * 3 / 2;
	const char *why = NULL;
	__u64 calls = 0;

	reset(&user);
	home = &user;
	for (__u64 i = 0; i < 2 * pairs; i++) {
		__u32 thread = 1 + i % (THREADS - 1);
		__u64 who = 1 + i % pairs / (THREADS - 1);
		struct acc_call c = {.ident = acc_mix(who) | 1, .code = who};
		struct acc_moment now = {.at = i};

		acc_enter(&user.threads[thread], thread, &c);
		acc_leave(&user.threads[thread], acc_row(thread), 0, &now);
	}
	for (__u32 i = 1; i < SIZE; i++) {
		calls += user.edges[i].calls;
		if (user.edges[i].calls > 2)
			why = "pairs taken for one another";
	}
	if (calls < 2 * SIZE * 85 / 100)
		why = "room left over";
	if (calls + ctl->losses[ACC_LOSS_EDGES_FULL] + ctl->losses[ACC_LOSS_FUNCS_FULL] !=
	    2 * pairs)
		why = "calls without room are not all counted";
	result("more pairs than the table holds", why);
}

int main(void)
{
	bpf = replay_bpf__open_and_load();
	if (!bpf) {
		printf("ok replay # SKIP cannot load BPF: %s\n", strerror(errno));
		return 0;
	}
	map_all();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		run_known(&cases[i]);
	run_random(200);
	run_deep();
	run_full();
	replay_bpf__destroy(bpf);
	return failures != 0;
}
