/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The labels that a profile bears on the server that it is pushed to: its service, host, process,
 * container. Nothing here fails or prints; a set belongs to one thread at a time. */
#ifndef BPFPROF_LABEL_SET_H
#define BPFPROF_LABEL_SET_H

#include <stddef.h>
#include <sys/types.h>

struct label {
	char *name, *value;
};

struct label_set {
	struct label *v;
	size_t n;
};

#define LABEL_SERVICE	"service_name"
#define LABEL_VERSION	"service_version"
#define LABEL_HOST	"host"
#define LABEL_PID	"pid"
#define LABEL_CONTAINER "container"
#define LABEL_POD	"pod"
#define LABEL_PYTHON	"python_version"

/* Whether a name is one that servers take: letters, digits and _, no digit first, and not "__". */
int label__is_name(const char *name, size_t n);

/* Adds one, or gives it another value; what a line cannot hold stands as _, and of long values
 * (LABEL_MAX bytes) the beginning. */
void label_set__put(struct label_set *set, const char *name, const char *value);
const char *label_set__get(const struct label_set *set, const char *name); /* NULL: there is none */

/* Those of a process while it is there; service: its name, NULL: as the process itself says
 * (OTEL_SERVICE_NAME), its unit is called, or its program. */
void label_set__of(struct label_set *set, pid_t pid, const char *service);
void label_set__free(struct label_set *set);

#define LABEL_MAX 512

#endif
