/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The readings of a run as counters for Prometheus: none goes back, and there are no more than
 * SERVE_SERIES functions, and as many processes, with series of their own. Those with the most own
 * time have one, and keep it until they fall behind twice as many; what the others did while they
 * had none is one series more. So rates add up to those of the run. Plain arithmetic on profiles;
 * not thread-safe.
 */
#ifndef BPFPROF_SERVE_COUNTERS_H
#define BPFPROF_SERVE_COUNTERS_H

#include <stdbool.h>
#include <stdio.h>

#include "live/serve_series.h"

struct serve_counters;

struct serve_counters *serve_counters__new(void);
void serve_counters__free(struct serve_counters *c); /* accepts NULL */

/* The next reading of the run, its bias taken off. Takes p. */
void serve_counters__feed(struct serve_counters *c, struct profile *p);

/* The last reading, of which there must be one, as OpenMetrics or in the older text format. */
void serve_counters__write(const struct serve_counters *c, bool openmetrics, FILE *out);

#endif
