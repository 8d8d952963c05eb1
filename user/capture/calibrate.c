/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The twin's program, and the arithmetic. */
#include "capture/calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "capture/twin.h"
#include "discover/interp.h"

/* Runs on every version that is known. Says a line when it is ready, after the loops have been
 * seen, and then, of each kind and round, ns an iteration with the call and without, each measured
 * before and after. */
static const char program[] =
	"import sys, time\n"
	"calls, rounds = int(sys.argv[1]), int(sys.argv[2])\n"
	"forms = dict(\n"
	" plain='def leaf_{0}(): pass\\ndef loop_{0}(r):\\n for _ in r: leaf_{0}()',\n"
	" arguments='def leaf_{0}(a, b): return a\\ndef loop_{0}(r):\\n for _ in r: leaf_{0}(1, "
	"_)',\n"
	" method='class C:\\n def leaf_{0}(self): pass\\no = C()\\ndef loop_{0}(r):\\n'\n"
	"        ' for _ in r: o.leaf_{0}()')\n"
	"def empty(r):\n"
	" for _ in r: pass\n"
	"loops = []\n"
	"for k in forms:\n"
	" for i in range(rounds):\n"
	"  space, name = {}, '%s_%d' % (k, i)\n"
	"  exec(compile(forms[k].format(name), '<bpfprof>', 'exec'), space)\n"
	"  loops.append((name, space['loop_' + name], []))\n"
	"def timed(f, r, clock=time.perf_counter_ns):\n"
	" start = clock()\n"
	" f(r)\n"
	" return (clock() - start) / len(r)\n"
	"def say(text):\n"
	" sys.stdout.write(text + '\\n')\n"
	" sys.stdout.flush()\n"
	"def alone():\n"
	" for name, loop, found in loops:\n"
	"  loop(range(64))\n"
	"  empty(range(64))\n"
	"  found.append((timed(loop, range(calls)), timed(empty, range(calls))))\n"
	"def seen():\n"
	" for name, loop, found in loops: loop(range(calls))\n"
	"alone()\n"
	"say('ready')\n"
	"sys.stdin.readline()\n"
	"seen()\n"
	"say('seen')\n"
	"sys.stdin.readline()\n"
	"alone()\n"
	"for name, loop, found in loops:\n"
	" say('%s %f %f %f %f' % (name, *found[0], *found[1]))\n";

static const char *const kinds[] = {"plain", "arguments", "method"};

#define KINDS (sizeof(kinds) / sizeof(*kinds))

/* One kind of call: ns an iteration, of every round. */
struct samples {
	double call[2 * CALIBRATE_ROUNDS], base[2 * CALIBRATE_ROUNDS]; /* alone */
	double leaf[CALIBRATE_ROUNDS], loop[CALIBRATE_ROUNDS];	       /* seen */
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

/* What the twin timed itself. False: it said something else. */
static bool read_alone(struct twin *t, struct samples *all, unsigned int rounds)
{
	char line[128], name[32];

	for (size_t i = 0; i < KINDS * rounds; i++) {
		struct samples *s = &all[i / rounds];
		size_t at = 2 * (i % rounds);

		if (!twin__hear(t, line, sizeof(line)) ||
		    sscanf(line, "%31s %lf %lf %lf %lf", name, &s->call[at], &s->base[at],
			   &s->call[at + 1], &s->base[at + 1]) != 5)
			return false;
	}
	return true;
}

static double own_by(const struct prof_func *f, unsigned int calls)
{
	return (double)f->stat.tottime_ns / calls;
}

/* "leaf_plain_3": its sample, where the name is one of the twin's. */
static double *sample_of(struct samples *all, const char *name, unsigned int rounds, bool leaf)
{
	for (size_t k = 0; k < KINDS; k++) {
		size_t n = strlen(kinds[k]);
		unsigned long round;

		if (strncmp(name, kinds[k], n) || name[n] != '_')
			continue;
		round = strtoul(name + n + 1, NULL, 10);
		if (round < rounds)
			return leaf ? &all[k].leaf[round] : &all[k].loop[round];
	}
	return NULL;
}

/* What the probes saw. False: not every call. */
static bool read_seen(const struct profile *p, struct samples *all, const struct calibration *how)
{
	size_t found = 0;

	for (size_t i = 0; i < p->nfuncs; i++) {
		const struct prof_func *f = &p->funcs[i];
		bool leaf = !strncmp(f->name, "leaf_", 5);
		double *to =
			strlen(f->name) > 5 ? sample_of(all, f->name + 5, how->rounds, leaf) : NULL;

		if (!to || strcmp(f->file, "<bpfprof>"))
			continue;
		*to = own_by(f, how->calls);
		found += f->stat.ncalls == (leaf ? how->calls : 1);
	}
	return found == 2 * KINDS * how->rounds;
}

static void log_kind(const struct calibration *how, const char *kind, double inside, double outside)
{
	if (how->log)
		fprintf(how->log, "  %-10s %8.1f %8.1f %10.1f\n", kind, inside, outside,
			(inside + outside) / 2);
}

static void derive(struct samples *all, const struct calibration *how, struct prof_bias *bias)
{
	double inside[KINDS], outside[KINDS], noise_in = 0, noise_out = 0;
	unsigned int n = how->rounds;

	*bias = (struct prof_bias){.from = PROF_BIAS_MEASURED};
	for (size_t k = 0; k < KINDS; k++) {
		struct samples *s = &all[k];
		double base = median(s->base, 2 * n), call = median(s->call, 2 * n) - base;

		inside[k] = median(s->leaf, n) - call;
		outside[k] = median(s->loop, n) - base;
		noise_in += (deviation(s->leaf, n) + deviation(s->call, 2 * n)) / KINDS;
		noise_out += (deviation(s->loop, n) + deviation(s->base, 2 * n)) / KINDS;
		bias->inside_ns += inside[k] / KINDS;
		bias->outside_ns += outside[k] / KINDS;
		log_kind(how, kinds[k], inside[k], outside[k]);
	}
	for (size_t k = 0; k < KINDS; k++) {
		bias->inside_error = fmax(bias->inside_error, fabs(inside[k] - bias->inside_ns));
		bias->outside_error =
			fmax(bias->outside_error, fabs(outside[k] - bias->outside_ns));
	}
	bias->inside_error += noise_in;
	bias->outside_error += noise_out;
}

/* Has the twin's loops seen. The session's tables are p's then, and empty. */
static bool watch(const struct capture *c, struct twin *t, struct profile *p, const char **why)
{
	struct interp in = {0};
	struct capture seen = {.backend = c->backend, .in = &in, .session = c->session};
	char line[16];
	bool ok = !interp__of_pid(&in, t->pid, why) && !seen.backend->place(&seen) &&
		  twin__go_on(t) && twin__hear(t, line, sizeof(line)) && !strcmp(line, "seen\n");

	if (seen.backend->remove)
		seen.backend->remove(&seen);
	/* its probes stay until the end of the session: to take them out takes the kernel long */
	session__snapshot(c->session, p);
	session__reset(c->session);
	interp__close(&in);
	return ok;
}

int calibrate__measure(const struct capture *c, const struct calibration *how,
		       struct prof_bias *bias, const char **why)
{
	struct samples *all = xcalloc(KINDS, sizeof(*all));
	char *calls = xasprintf("%u", how->calls), *rounds = xasprintf("%u", how->rounds);
	char *const args[] = {calls, rounds, NULL};
	struct profile *p = profile__new();
	struct twin t = {0};
	char line[16];
	int error = twin__start(&t, c->in, program, args, why);

	if (!error) {
		*why = "its twin could not be measured";
		error = !twin__hear(&t, line, sizeof(line)) || !watch(c, &t, p, why) ||
					!twin__go_on(&t) || !read_alone(&t, all, how->rounds) ||
					!read_seen(p, all, how)
				? -1
				: 0;
	}
	if (!error)
		derive(all, how, bias);
	twin__end(&t);
	profile__free(p);
	free(calls);
	free(rounds);
	free(all);
	return error;
}
