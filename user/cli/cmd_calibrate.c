/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Measures what a backend adds to each call, prints it as profile.calibrate does, and stores it. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "backend/capture.h"
#include "backend/launch.h"
#include "bias/calibrate.h"
#include "bias/store.h"
#include "process/spawn.h"
#include "cli/opts.h"
#include "cpython/interp.h"
#include "probe/system.h"
#include "model/bias.h"

#define REPEATS 5u

/* Of all the one that costs least; its errors reach so far that no other contradicts it. */
static struct prof_bias least_of(const struct prof_bias *v, unsigned int n)
{
	struct prof_bias least = v[0];

	for (unsigned int i = 1; i < n; i++) {
		if (prof_bias__costs_less(&v[i], &least))
			least = v[i];
	}
	for (unsigned int i = 0; i < n; i++)
		prof_bias__widen(&least, &v[i]);
	return least;
}

static int measure(const struct opts *o, struct capture *c, struct prof_bias *least)
{
	const struct calibration how = {o->calls ? o->calls : c->backend->calibrate,
					CALIBRATE_AT_START, stdout, c->at.builtins};
	unsigned int repeats = o->repeats ? o->repeats : REPEATS;
	struct prof_bias *found = xcalloc(repeats, sizeof(*found));
	struct sibling none = {0};
	unsigned int n = 0;
	const char *why;

	printf("CPython %s, backend %s: ns added to a call, by loops of %u calls\n"
	       "               inside  outside  per event\n",
	       c->at.in->version_text, backend__kept_as(c->backend, how.builtins), how.calls);
	for (unsigned int i = 0; i < repeats; i++) {
		n += !calibrate__measure(&c->at, &c->backend->steps, &how, &none, &found[n], &why);
		session__detach(c->at.session);
	}
	if (n)
		*least = least_of(found, n);
	free(found);
	return n ? 0 : err("cannot calibrate %s: %s; give a python command", c->at.in->path, why);
}

static int store(const struct capture *c, const struct prof_bias *least)
{
	const struct constants found = {.bias = *least, .nop5 = session__nop5(c->at.session)};
	char *path;
	int error = constants__store(backend__kept_as(c->backend, c->at.builtins), c->at.in, &found,
				     &path);

	printf("mean stopwatch overhead per profile event = %.3g\n"
	       "inside %.1f ns (within %.1f), outside %.1f ns (within %.1f)\n",
	       prof_added__both(&least->python) / 2e9, least->inside_ns, least->inside_error,
	       least->outside_ns, least->outside_error);
	if (prof_bias__has_c(least))
		printf("of C functions: inside %.1f ns (within %.1f), outside %.1f ns (within "
		       "%.1f)\n",
		       least->c.inside_ns, least->c.inside_error, least->c.outside_ns,
		       least->c.outside_error);
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
	struct prof_bias least;
	struct capture *c;
	struct spawn sp;
	int status = system__require() || launch__start(&sp, argv, &in, false);

	free(argv);
	if (status)
		return STATUS_FAILED;
	status = STATUS_FAILED;
	c = capture__open(o->backend, &in, &o->limits);
	if (c)
		c->at.builtins = o->builtins && c->backend->builtins;
	if (c && !measure(o, c, &least))
		status = store(c, &least);
	capture__free(c);
	spawn__kill(&sp);
	interp__close(&in);
	return status;
}
