/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Kept, or else measured; or what is kept after all. */
#include "backend/finding.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/progress.h"
#include "bias/calibrate.h"

/* Keeps why times contain the profiler's own, or says with what constants they do not. */
static void fall_back(struct capture *c, const struct constants *kept, const char *why)
{
	if (!kept->runs) {
		c->raw = why;
		return;
	}
	c->bias = kept->bias;
	detail("what an earlier run found is taken off times: %s", why);
}

/* Two attempts: on a busy machine the sibling may be late. What stands in its way stands in the
 * run's, which says so itself, or is its own affair. */
static int measure_bias(struct capture *c, struct sibling *sibling, const char **why)
{
	const struct calibration how = {c->backend->calibrate, CALIBRATE_AT_START, NULL,
					c->at.builtins};
	char *said = NULL, **before = log__hold(&said);
	int error = -1;

	progress__phase("measuring what profiling adds to a call");
	for (int i = 0; i < 2 && error; i++)
		error = calibrate__measure(&c->at, &c->backend->steps, &how, sibling, &c->bias,
					   why);
	log__hold(before);
	if (said)
		detail("the sibling: %s", said);
	free(said);
	return error;
}

/* Those that "calibrate" stored, or that enough runs found, will do. */
static bool are_enough(const struct constants *kept)
{
	return kept->bias.from == PROF_BIAS_STORED || kept->runs >= CONSTANTS_ENOUGH;
}

/* What is kept, or else what is found now. */
static void find_bias(struct capture *c, const struct constants *kept, struct sibling *sibling)
{
	const char *why;

	if (are_enough(kept))
		c->bias = kept->bias;
	else if (measure_bias(c, sibling, &why))
		fall_back(c, kept, why);
	else
		constants__add(backend__kept_as(c->backend, c->at.builtins), c->at.in, &c->bias,
			       session__nop5(c->at.session));
}

void finding__begin(struct finding *f, const struct backend *b, const struct interp *in,
		    const struct capture_plan *plan)
{
	const struct calibration how = {b->calibrate, CALIBRATE_AT_START, NULL,
					plan->builtins && b->builtins};
	const char *why;

	*f = (struct finding){.corrects = plan->calibrate && b->calibrate, .known = plan->bias};
	if (b->calibrate)
		constants__load(backend__kept_as(b, how.builtins), in, &f->kept);
	if (f->corrects && !f->known && !are_enough(&f->kept))
		calibrate__start(&f->sibling, in, &how, &why);
}

void finding__end(struct finding *f, struct capture *c)
{
	if (f->corrects && f->known)
		c->bias = are_enough(&f->kept) ? f->kept.bias : *f->known;
	else if (f->corrects && c->at.session)
		find_bias(c, &f->kept, &f->sibling);
	sibling__end(&f->sibling);
}
