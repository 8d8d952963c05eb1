/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The sibling's program, and the arithmetic. */
#include "bias/calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bias/sibling.h"
#include "cpython/interp.h"
#include "model/bias.h"
#include "probe/session.h"

/* A way to call: how many calls a turn of the loop makes, and how many of them by itself. */
static const struct kind {
	const char *name;
	unsigned int turn, direct;
} kinds[] = {
	{"several", 16, 16}, /* functions in turn */
	{"plain", 1, 1},     {"arguments", 1, 1}, {"method", 1, 1},
	{"recursion", 8, 1}, {"generator", 1, 1},
};

#define SEVERAL 0  /* the kind of which first calls are told by */
#define TURN	16 /* divided by every kind's */
#define FEW	8  /* turns until all is known */
#define KINDS	(sizeof(kinds) / sizeof(*kinds))

/* loops.py */
extern const char calibrate_loops[];

/* One kind of call: ns on a CPU, of every round; what could not be timed is not above 0. */
struct kind_times {
	double call[2 * CALIBRATE_ROUNDS]; /* alone, a turn; in turns without the call */
	double base[CALIBRATE_ROUNDS];	   /* a turn without it, while the others are seen */
	double leaf[CALIBRATE_ROUNDS], loop[CALIBRATE_ROUNDS]; /* seen, a call and a turn */
	double fresh[CALIBRATE_ROUNDS]; /* likewise, a turn of the first FEW */
	struct prof_pace pace[CALIBRATE_ROUNDS];
};

struct samples {
	struct kind_times kinds[KINDS];
};

static int compare(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

/* Sorts v. */
static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* The median distance from the median. Sorts v. */
static double deviation(double *v, size_t n)
{
	double far[2 * CALIBRATE_ROUNDS], middle = median(v, n);

	for (size_t i = 0; i < n; i++)
		far[i] = fabs(v[i] - middle);
	return median(far, n);
}

/* What the sibling timed itself. False: it said something else. */
static bool read_alone(struct sibling *t, struct samples *to, unsigned int rounds)
{
	double call[2], base[2];
	char line[128];

	for (size_t i = 0; i < KINDS * rounds; i++) {
		struct kind_times *s = &to->kinds[i % KINDS];
		size_t at = 2 * (i / KINDS);

		if (!sibling__hear(t, line, sizeof(line)) ||
		    sscanf(line, "%lf %lf %lf %lf", &call[0], &base[0], &call[1], &base[1]) != 4)
			return false;
		for (size_t k = 0; k < 2; k++)
			s->call[at + k] = base[k] > 0 ? call[k] / base[k] : 0;
	}
	return true;
}

/* "leaf_plain_3": its kind and round, where the name is one of the sibling's. */
static bool parse_name(const char *name, size_t *kind, unsigned int *round, bool *leaf)
{
	char what[5], of[16];

	if (sscanf(name, "%4[a-z]_%15[a-z]_%u", what, of, round) != 3)
		return false;
	*leaf = !strcmp(what, "leaf");
	for (*kind = 0; *kind < KINDS; ++*kind) {
		if (!strcmp(kinds[*kind].name, of))
			return true;
	}
	return false;
}

/* A loop's or leaf's own time, without what is away from the CPU. */
struct seen {
	size_t kind;
	unsigned int round;
	bool leaf;
	double own;
};

static bool is_seen(const struct prof_func *f, const struct calibration *how, struct seen *as)
{
	as->own = (double)(f->stat.tottime_ns - f->stat.own_away.off_ns);
	return !strcmp(f->file, "bpfprof") &&
	       parse_name(f->name, &as->kind, &as->round, &as->leaf) && as->round < how->rounds;
}

/* What the probes saw of first calls. */
static void read_fresh(const struct profile *p, struct samples *to, const struct calibration *how)
{
	struct seen s;

	for (size_t i = 0; i < p->nfuncs; i++) {
		if (is_seen(&p->funcs[i], how, &s) && !s.leaf)
			to->kinds[s.kind].fresh[s.round] = s.own / FEW;
	}
}

/* What they saw then. False: not every call. */
static bool read_seen(const struct profile *p, struct samples *to, const struct calibration *how)
{
	uint64_t found = 0;
	struct seen s;

	for (size_t i = 0; i < p->nfuncs; i++) {
		struct kind_times *k;

		if (!is_seen(&p->funcs[i], how, &s))
			continue;
		k = &to->kinds[s.kind];
		if (s.leaf)
			k->leaf[s.round] += s.own / how->calls;
		else
			k->loop[s.round] += s.own * kinds[s.kind].turn / how->calls;
		found += p->funcs[i].stat.ncalls;
	}
	return found == (uint64_t)KINDS * how->rounds * (how->calls + 1);
}

static void log_kind(const struct calibration *how, const char *kind, double inside, double outside)
{
	if (how->log)
		fprintf(how->log, "  %-10s %8.1f %8.1f %10.1f\n", kind, inside, outside,
			(inside + outside) / 2);
}

/* Keeps those above 0. How many. */
static size_t keep_timed(double *v, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (v[i] > 0)
			v[kept++] = v[i];
	}
	return kept;
}

static struct prof_pace usual_pace(const struct prof_pace *of, size_t n)
{
	double quick[CALIBRATE_ROUNDS], mean[CALIBRATE_ROUNDS];
	struct prof_pace pace = {0};

	for (size_t i = 0; i < n; i++) {
		quick[i] = of[i].quick_ns;
		mean[i] = of[i].mean_ns;
		pace.n += of[i].n;
	}
	pace.quick_ns = median(quick, n);
	pace.mean_ns = median(mean, n);
	return pace;
}

/* One kind's constants at its usual pace, and how far the rounds lie apart. False: the clock is too
 * coarse. */
static bool derive_kind(const struct samples *all, size_t k, unsigned int n, struct prof_bias *b)
{
	const struct kind *kind = &kinds[k];
	struct kind_times s = all->kinds[k];
	size_t calls = keep_timed(s.call, 2 * n), bases = keep_timed(s.base, n);
	double inside[CALIBRATE_ROUNDS], outside[CALIBRATE_ROUNDS], all_of[CALIBRATE_ROUNDS];
	double turns, base, beneath = kind->turn - kind->direct;

	if (!calls || !bases)
		return false;
	*b = (struct prof_bias){.pace = usual_pace(s.pace, n)};
	turns = median(s.call, calls);
	base = median(s.base, bases);
	for (unsigned int i = 0; i < n; i++) {
		double turn = all->kinds[k].base[i] > 0 ? all->kinds[k].base[i] : base;
		double by = prof_pace__factor(&s.pace[i], &b->pace);

		outside[i] = (s.loop[i] - turn) / kind->direct;
		inside[i] = s.leaf[i] - ((turns - 1) * turn + beneath * outside[i]) / kind->turn;
		outside[i] *= by;
		inside[i] *= by;
		all_of[i] = inside[i] + outside[i];
	}
	b->inside_ns = median(inside, n);
	b->outside_ns = median(outside, n);
	b->inside_error = deviation(inside, n) + deviation(s.call, calls) * base / kind->turn;
	b->outside_error = deviation(outside, n);
	b->both_error = deviation(all_of, n) + deviation(s.call, calls) * base / kind->turn;
	return true;
}

static double both(const struct prof_bias *b)
{
	return b->inside_ns + b->outside_ns;
}

/* The constants of the kind that costs least, divided between inside and outside as for most of
 * them; how far the others are is in its errors: of one constant what they deviate by, for calls of
 * a function may be of several kinds; of both together the farthest. */
static struct prof_bias least_of(const struct prof_bias of[KINDS])
{
	double inside[KINDS], far_in = 0, far_out = 0, farthest = 0, sum;
	struct prof_bias least = of[0];

	for (size_t k = 0; k < KINDS; k++) {
		inside[k] = of[k].inside_ns;
		if (both(&of[k]) < both(&least))
			least = of[k];
	}
	sum = both(&least);
	least.inside_ns = median(inside, KINDS);
	least.outside_ns = sum - least.inside_ns;
	for (size_t k = 0; k < KINDS; k++) {
		far_in += pow(of[k].inside_ns - least.inside_ns, 2) / KINDS;
		far_out += pow(of[k].outside_ns - least.outside_ns, 2) / KINDS;
		farthest = fmax(farthest, both(&of[k]) - both(&least));
	}
	least.both_error += farthest;
	least.inside_error += sqrt(far_in);
	least.outside_error += sqrt(far_out);
	return least;
}

/* What the first call of a function by another costs beyond that: the least of the rounds. */
static void derive_first(const struct kind_times *several, unsigned int n, struct prof_bias *b)
{
	double first[CALIBRATE_ROUNDS], least = HUGE_VAL;

	for (unsigned int i = 0; i < n; i++) {
		first[i] = fmax(several->fresh[i] - several->loop[i], 0) * FEW / TURN;
		least = fmin(least, first[i]);
	}
	b->first_ns = least;
	b->first_error = median(first, n) - least;
}

static bool derive(const struct samples *all, const struct calibration *how, struct prof_bias *bias)
{
	struct prof_bias of[KINDS];

	for (size_t k = 0; k < KINDS; k++) {
		if (!derive_kind(all, k, how->rounds, &of[k]))
			return false;
		log_kind(how, kinds[k].name, of[k].inside_ns, of[k].outside_ns);
	}
	*bias = least_of(of);
	bias->from = PROF_BIAS_MEASURED;
	derive_first(&all->kinds[SEVERAL], how->rounds, bias);
	return true;
}

/* Has the loops known. False: the sibling has ended. */
static bool watch_fresh(struct session *s, struct sibling *t, const struct calibration *how,
			struct samples *to)
{
	struct profile *p = profile__new();
	char line[64];
	bool ok = sibling__go_on(t) && sibling__hear(t, line, sizeof(line));

	session__peek(s, p);
	read_fresh(p, to, how);
	session__forget(s);
	profile__free(p);
	return ok;
}

/* Has each of the sibling's loops seen, and its pace. */
static bool watch_loops(struct placement *at, const struct backend_steps *steps, struct sibling *t,
			const struct calibration *how, struct samples *to)
{
	char line[64];

	for (size_t i = 0; i < KINDS * how->rounds; i++) {
		struct kind_times *k = &to->kinds[i % KINDS];

		/* a busy machine may take longer for all than the backend stays by itself */
		if (steps->beat && steps->beat(at))
			return false;
		if (!sibling__go_on(t) || !sibling__hear(t, line, sizeof(line)) ||
		    sscanf(line, "%lf", &k->base[i / KINDS]) != 1)
			return false;
		k->pace[i / KINDS] = session__lap(at->session);
	}
	return true;
}

/* Has the sibling's loops seen. The session's tables are p's then, and empty. */
static bool watch(struct session *s, const struct backend_steps *steps, struct sibling *t,
		  const struct calibration *how, struct samples *to, struct profile *p,
		  const char **why)
{
	struct interp in = {0};
	struct placement at = {.in = &in, .session = s};
	bool ok = !interp__of_pid(&in, t->pid, why) && !steps->place(&at) &&
		  watch_fresh(s, t, how, to) && watch_loops(&at, steps, t, how, to);

	if (steps->remove)
		steps->remove(&at);
	session__drain(s, p);
	sibling__end(t);
	/* elsewhere its probes stay until the end: to take them out takes the kernel long */
	if (steps->own_file)
		session__unprobe(s);
	session__reset(s);
	interp__close(&in);
	return ok;
}

/* Whole turns of every kind. */
static unsigned int calls_of(const struct calibration *how)
{
	return (how->calls + TURN - 1) / TURN * TURN;
}

int calibrate__start(struct sibling *t, const struct interp *in, const struct calibration *how,
		     const char **why)
{
	char *calls = xasprintf("%u", calls_of(how)), *rounds = xasprintf("%u", how->rounds);
	char *args[] = {calls, rounds, NULL};
	int error = sibling__start(t, in, calibrate_loops, args, why);

	free(calls);
	free(rounds);
	return error;
}

int calibrate__measure(const struct placement *beside, const struct backend_steps *steps,
		       const struct calibration *asked, struct sibling *t, struct prof_bias *bias,
		       const char **why)
{
	struct calibration whole = *asked, *how = &whole;
	struct samples *all = xcalloc(1, sizeof(*all));
	struct profile *p = profile__new();
	int error = t->pid ? 0 : calibrate__start(t, beside->in, asked, why);

	how->calls = calls_of(asked);
	if (!error) {
		*why = "its sibling could not be measured";
		error = !read_alone(t, all, how->rounds) ||
					!watch(beside->session, steps, t, how, all, p, why) ||
					!read_seen(p, all, how)
				? -1
				: 0;
	}
	if (!error && !(derive(all, how, bias) && prof_bias__in_range(bias))) {
		*why = "its clock is too coarse to measure a sibling";
		error = -1;
	}
	sibling__end(t);
	profile__free(p);
	free(all);
	return error;
}
