/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Measures what a backend adds to each call, prints it as profile.calibrate does, and stores it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "bias/calibrate.h"
#include "bias/store.h"
#include "process/spawn.h"
#include "cli/opts.h"
#include "cpython/interp.h"
#include "probe/system.h"
#include "model/bias.h"

#define REPEATS 5u

/* The mean of all, which are brought to their mean pace, and how far the farthest is from it, added
 * to the mean of their errors. */
static struct prof_bias mean_of(struct prof_bias *v, unsigned int n)
{
	struct prof_bias mean = {.from = PROF_BIAS_MEASURED};
	double far_in = 0, far_out = 0;

	for (unsigned int i = 0; i < n; i++)
		prof_pace__add(&mean.pace, &v[i].pace);
	for (unsigned int i = 0; i < n; i++) {
		prof_bias__scale(&v[i], prof_pace__factor(&v[i].pace, &mean.pace));
		mean.inside_ns += v[i].inside_ns / n;
		mean.outside_ns += v[i].outside_ns / n;
		mean.inside_error += v[i].inside_error / n;
		mean.outside_error += v[i].outside_error / n;
	}
	for (unsigned int i = 0; i < n; i++) {
		far_in = fmax(far_in, fabs(v[i].inside_ns - mean.inside_ns));
		far_out = fmax(far_out, fabs(v[i].outside_ns - mean.outside_ns));
	}
	mean.inside_error += far_in;
	mean.outside_error += far_out;
	return mean;
}

static int measure(const struct opts *o, struct capture *c, struct prof_bias *mean)
{
	const struct calibration how = {o->calls ? o->calls : c->backend->calibrate,
					CALIBRATE_AT_START, stdout};
	unsigned int repeats = o->repeats ? o->repeats : REPEATS;
	struct prof_bias *found = xcalloc(repeats, sizeof(*found));
	const char *why;
	int error = 0;

	printf("CPython %s, backend %s: ns added to a call, by loops of %u calls\n"
	       "               inside  outside  per event\n",
	       c->in->version_text, c->backend->name, how.calls);
	for (unsigned int i = 0; i < repeats && !error; i++) {
		error = calibrate__measure(c, &how, &found[i], &why);
		if (error)
			err("cannot calibrate %s: %s; give a python command", c->in->path, why);
		session__detach(c->session);
	}
	*mean = mean_of(found, repeats);
	free(found);
	return error;
}

static int store(const struct capture *c, const struct prof_bias *mean)
{
	char *path;
	int error = constants__store(c->backend->name, c->in, mean, &path);

	printf("mean stopwatch overhead per profile event = %.3g\n"
	       "inside %.1f ns (within %.1f), outside %.1f ns (within %.1f)\n",
	       (mean->inside_ns + mean->outside_ns) / 2e9, mean->inside_ns, mean->inside_error,
	       mean->outside_ns, mean->outside_error);
	if (error)
		err("cannot store the constants in %s: %s; name another directory in BPFPROF_STATE",
		    path, strerror(-error));
	else
		printf("stored in %s\n", path);
	free(path);
	return error ? STATUS_FAILED : STATUS_DONE;
}

/* The command to be held at its start: what was given, and a program of nothing. */
static char **command_of(const struct opts *o)
{
	char **argv = NULL;
	size_t n = 0;

	for (int i = 0; i < o->nargs; i++)
		*ARR_PUSH(argv, n) = o->args[i];
	if (!o->nargs)
		*ARR_PUSH(argv, n) = "python3";
	*ARR_PUSH(argv, n) = "-c";
	*ARR_PUSH(argv, n) = "pass";
	*ARR_PUSH(argv, n) = NULL;
	return argv;
}

int cmd_calibrate(struct opts *o)
{
	char **argv = command_of(o);
	struct interp in = {0};
	struct prof_bias mean;
	struct capture *c;
	struct spawn sp;
	int status = system__require() || spawn__start(&sp, argv, &in, false);

	free(argv);
	if (status)
		return STATUS_FAILED;
	status = STATUS_FAILED;
	c = capture__open(o->backend, &in, &o->limits);
	if (c && !measure(o, c, &mean))
		status = store(c, &mean);
	capture__free(c);
	spawn__kill(&sp);
	interp__close(&in);
	return status;
}
