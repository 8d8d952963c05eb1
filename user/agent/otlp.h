/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Profiles of OpenTelemetry, as opentelemetry-proto 1.9 to 1.11 has them (v1development): they are
 * not stable yet, and other releases number their fields otherwise. */
#ifndef BPFPROF_OTLP_H
#define BPFPROF_OTLP_H

#include "agent/spool.h"
#include "model/profile.h"

/* The whole of a request, to be freed: a profile for each kind of value, which share their
 * functions. Of what the parcel has labels, id and times are read. */
char *otlp__render(const struct parcel *parcel, const struct profile *p, size_t *size);

#endif
