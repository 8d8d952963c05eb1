/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* cycles PID TIMES: into the process and out of it again, so many times, as the eval backend does
 * but without its BPF side. Says how long the process stood still at most. */
#include <stdio.h>
#include <stdlib.h>

#include "hook/hook.h"
#include "cpython/interp.h"

static int cycle(const struct interp *in, uint64_t *stopped_ns)
{
	struct hook *f = hook__new(in, false);
	int error = hook__enter(f, in, NULL);

	if (!error)
		error = hook__arm(f, in, NULL);
	if (!error)
		error = hook__leave(f, in);
	if (error)
		fprintf(stderr, "%s\n", f->why);
	if (f->stopped_ns > *stopped_ns)
		*stopped_ns = f->stopped_ns;
	hook__free(f);
	return error;
}

int main(int argc, char **argv)
{
	struct interp in;
	const char *why;
	uint64_t stopped_ns = 0;

	if (argc != 3 || interp__of_pid(&in, atoi(argv[1]), &why))
		return 1;
	for (int n = atoi(argv[2]); n > 0; n--) {
		if (cycle(&in, &stopped_ns))
			return 1;
	}
	interp__close(&in);
	printf("%.1f ms\n", stopped_ns / 1e6);
	return 0;
}
