/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What Prometheus reads, line by line: OpenMetrics, or its older text format. */
#ifndef BPFPROF_METRICS_H
#define BPFPROF_METRICS_H

#include <stdio.h>

#include "model/profile.h"

/* The lines that begin a family; suffix: what its name has in the older format; unit: NULL, or how
 * the name ends. */
void metrics__family(const char *family, const char *suffix, const char *type, const char *unit,
		     const char *help, FILE *out);

/* name="value", safe whatever the value is. */
void metrics__label(const char *name, const char *text, FILE *out);

/* A sample's name and labels, up to where more labels or "} " and its value go on. */
void metrics__function(const char *sample, const struct prof_func *f, FILE *out);

/* A sample's name and labels, "} " included. */
void metrics__block(const char *sample, const struct profile *p, const struct prof_block *b,
		    FILE *out);

#endif
