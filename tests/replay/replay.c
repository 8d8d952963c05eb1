/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The replay ring: scripts of calls and returns are played in the kernel and in user space, by the
 * same header, and to a third, naive accounting (naive.c). All three must agree to the nanosecond.
 * Scripts with known answers come first, then random ones.
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
#include "replay/figures.h"
#include "replay/replay.skel.h"

#define READER_FILLS_CODES
#define acc_store()	 ((const __u8 *)in_use->names)
#define acc_in_store(at) (at)
struct acc_call;
static int acc_code_fill(struct acc_code *code, const struct acc_call *c);

#include "reader/in_reader.h" /* last: its macros bear names of the skeleton's members */

static int acc_code_fill(struct acc_code *code, const struct acc_call *c)
{
	(void)c;
	REPLAY_FILL(code);
	return 0;
}

#define SIZE 1024u

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
					 .rows = SIZE,
					 .splits = SIZE};

static void map_all(void)
{
	kernel.size = user.size = sizes;
#define ACC_TABLE(id, table, type, count)                                                          \
	kernel.table = map_table(bpf->maps.table, SIZE * sizeof(*kernel.table));                   \
	user.table = calloc(SIZE, sizeof(*user.table));
#include "bpfprof/tables.def"
	kernel.ctl = map_table(bpf->maps.ctls, sizeof(*kernel.ctl));
	user.ctl = calloc(1, sizeof(*user.ctl));
}

static __u32 paths; /* of acc_ctl */

static void reset(struct tables *t)
{
#define ACC_TABLE(id, table, type, count) memset(t->table, 0, SIZE * sizeof(*t->table));
#include "bpfprof/tables.def"
	memset(t->ctl, 0, sizeof(*t->ctl));
	t->ctl->paths = paths;
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
	in_use = &user;
	for (const struct replay_event *ev = script; ev->op != REPLAY_END; ev++) {
		struct acc_call c = {.ident = ev->ident,
				     .cheap = ev->ident,
				     .pyframe = REPLAY_FRAME(ev),
				     .code = ev->ident,
				     .line = REPLAY_ROW(ev->ident)};
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

/* Whose func called the edge, whether edges are pairs or paths. */
static __u32 caller_of(const struct tables *t, const struct acc_edge_cold *em)
{
	bool is_path = t->ctl->paths && !(em->context & ACC_FOLDED);

	return is_path ? t->edges[em->context].func : em->context & ~ACC_FOLDED;
}

static __u64 row_of(const struct tables *t, __u32 func)
{
	return REPLAY_ROW(t->codes[t->funcs[func].code].key);
}

/* The path is beneath another of the same pair. */
static bool is_nested(const struct tables *t, __u32 i)
{
	__u32 caller = caller_of(t, &t->edges_cold[i]);

	for (__u32 up = t->edges_cold[i].context; t->ctl->paths && up && !(up & ACC_FOLDED);
	     up = t->edges_cold[up].context) {
		if (t->edges[up].func == t->edges[i].func &&
		    caller_of(t, &t->edges_cold[up]) == caller)
			return true;
	}
	return false;
}

static void read_tables(const struct tables *t, struct figures *out)
{
	memset(out, 0, sizeof(*out));
	for (__u32 i = 0; i < SIZE; i++) {
		const struct acc_edge *e = &t->edges[i];
		const struct acc_edge_cold *em = &t->edges_cold[i];
		const struct acc_func *f = &t->funcs[e->func];
		__u64 callee = row_of(t, e->func), caller = row_of(t, caller_of(t, em));
		struct figure figure = {
			e->calls,	 e->calls - em->nested, e->own_ticks,
			e->cum_ticks,	 em->own.off_ns,	em->cum.off_ns,
			em->own.wait_ns, em->cum.wait_ns,	e->children,
			e->beneath,
		};

		if (!e->key)
			continue;
		figure__add(&out->func[f->thread][callee], &figure);
		out->func[f->thread][callee].primitive += em->nested;
		if (is_nested(t, i))
			figure.primitive = figure.cum = figure.cum_off = figure.cum_wait =
				figure.beneath = 0;
		figure__add(&out->pair[f->thread][caller][callee], &figure);
	}
	for (__u32 i = 0; i < SIZE; i++) {
		const struct acc_func *f = &t->funcs[i];
		const struct acc_func_cold *fm = &t->funcs_cold[i];
		struct figure *to = &out->func[f->thread][row_of(t, i)];

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

	naive__play(script, naive);
	play_user(script);
	read_tables(&user, &u);
	if (play_kernel(script))
		return strerror(errno);
	read_tables(&kernel, &k);
	if (memcmp(&k, &u, sizeof(k)))
		return "kernel and user space differ";
	return memcmp(&k, naive, sizeof(k)) ? "the naive accounting differs" : NULL;
}

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

static void run_random(const char *name, unsigned int count)
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
		result(name, why);
		return;
	}
	result(name, NULL);
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
	in_use = &user;
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
	in_use = &user;
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

/* Switches back that the kernel leaves out are counted, with what cannot have been CPU of the time
 * since; the time away that is seen is as it was. */
static void run_untold(void)
{
	static const struct replay_switch script[] = {
		{.at = 100},
		{.at = 150, .comes = 1}, /* 50 ns away */
		{.at = 200},
		{.at = 1000, .ran = 300},  /* of 800 ns up to 500 */
		{.at = 1200, .ran = 5000}, /* more than there were: a scheduler that keeps none */
		{.at = 1230, .comes = 1},  /* 30 ns away */
		{.at = 1300},
		{.at = 1400, .comes = 1}, /* 100 ns away */
	};
	const struct acc_row *row = &kernel.rows[1];
	const char *why = NULL;

	reset(&kernel);
	for (size_t i = 0; i < sizeof(script) / sizeof(*script) && !why; i++) {
		LIBBPF_OPTS(bpf_test_run_opts, opts);

		bpf->bss->switched = script[i];
		if (bpf_prog_test_run_opts(bpf_program__fd(bpf->progs.replay_switch), &opts))
			why = strerror(errno);
	}
	if (!why && (row->untold != 2 || row->untold_ns != 500 + 200))
		why = "not the known switches";
	if (!why && (kernel.threads[1].away.off_ns != 180 || kernel.threads[1].away.wait_ns != 180))
		why = "not the known time away";
	result("switches back that are not told", why);
}

int main(void)
{
	bpf = replay_bpf__open_and_load();
	if (!bpf) {
		printf("ok replay # SKIP cannot load BPF: %s\n", strerror(errno));
		return 0;
	}
	map_all();
	for (const struct known *k = known_scripts; k->name; k++)
		run_known(k);
	run_random("random scripts", 200);
	paths = SIZE;
	run_random("random scripts, by path", 200);
	paths = 0;
	run_deep();
	run_full();
	run_untold();
	failures += replay_gil(bpf);
	replay_bpf__destroy(bpf);
	return failures != 0;
}
