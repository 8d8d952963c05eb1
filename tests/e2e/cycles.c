/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* cycles PID TIMES [shared]: into the process and out of it again, so many times, as the eval
 * backend does, or with shared tables as the inline one, but without their BPF side. Says how long
 * the process stood still at most. */
#include <linux/memfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cpython/interp.h"
#include "hook/hook.h"

#define ELEMENTS 4096

static const size_t element_bytes[STUB_TABLES] = {
#define ACC_TABLE(id, table, type, count) [STUB_##id] = sizeof(struct acc_##type),
#include "bpfprof/tables.def"
	[STUB_CTL] = sizeof(struct acc_ctl),
	[STUB_NAMES] = 1 + ACC_NAME_MAX,
};

static struct session_table tables[STUB_TABLES];

/* Empty ones, of this run alone. */
static int make_tables(void)
{
	for (int i = 0; i < STUB_TABLES; i++) {
		struct session_table *t = &tables[i];

		t->count = ELEMENTS;
		t->bytes = ELEMENTS * element_bytes[i];
		t->fd = memfd_create("cycles", MFD_CLOEXEC);
		if (t->fd < 0 || ftruncate(t->fd, t->bytes))
			return -1;
	}
	return 0;
}

static void close_tables(void)
{
	for (int i = 0; i < STUB_TABLES; i++)
		close(tables[i].fd);
}

static int in_and_out(struct hook *f, const struct interp *in)
{
	int error = hook__enter(f, in, NULL);

	if (!error)
		error = hook__arm(f, in, NULL);
	if (!error)
		error = hook__leave(f, in);
	if (error)
		fprintf(stderr, "%s\n", f->why);
	return error;
}

static int cycle(const struct interp *in, bool shared, uint64_t *stopped_ns)
{
	struct hook *f = hook__new(in, false);
	int error;

	if (shared && make_tables())
		return -1;
	if (shared)
		hook__share(f, tables);
	error = in_and_out(f, in);
	if (f->stopped_ns > *stopped_ns)
		*stopped_ns = f->stopped_ns;
	hook__free(f);
	if (shared)
		close_tables();
	return error;
}

int main(int argc, char **argv)
{
	struct interp in;
	const char *why;
	uint64_t stopped_ns = 0;

	if (argc < 3 || interp__of_pid(&in, atoi(argv[1]), &why))
		return 1;
	for (int n = atoi(argv[2]); n > 0; n--) {
		if (cycle(&in, argc > 3, &stopped_ns))
			return 1;
	}
	interp__close(&in);
	printf("%.1f ms\n", stopped_ns / 1e6);
	return 0;
}
