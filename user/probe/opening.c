/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* To read the kernel's types, five megabytes a page at a time, takes longer than all the rest of a
 * load: that is done on another thread while the process is started or looked for. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/thread.h"
#include "probe/inside.h"

static struct {
	pthread_t thread;
	bool begun;
	struct bpfprof_bpf *bpf;
	int error;
} ahead;

/* libbpf's own words go out only where somebody debugs; ours are one line. */
static int print_libbpf(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	if (level == LIBBPF_DEBUG || !getenv("BPFPROF_DEBUG"))
		return 0;
	return vfprintf(stderr, fmt, ap);
}

static struct bpfprof_bpf *open_now(void)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts);
	struct bpfprof_bpf *bpf;

	libbpf_set_print(print_libbpf);
	opts.btf_custom_path = types__file();
	bpf = late__prepare() ? NULL : bpfprof_bpf__open_opts(&opts);

	/* libbpf reads them to find where this one attaches, and keeps them until the load; what
	 * is wrong with them, the load tells */
	if (bpf && !opts.btf_custom_path)
		bpf_program__set_attach_target(bpf->progs.bpfp_switch, 0, "sched_switch");
	return bpf;
}

static void *open_ahead(void *unused)
{
	(void)unused;
	ahead.bpf = open_now();
	ahead.error = errno;
	return NULL;
}

void session__prepare(void)
{
	if (!ahead.begun)
		ahead.begun = !thread__start(&ahead.thread, open_ahead, NULL);
}

struct bpfprof_bpf *opening__take(void)
{
	struct bpfprof_bpf *bpf;

	if (!ahead.begun)
		return open_now();
	pthread_join(ahead.thread, NULL);
	ahead.begun = false;
	bpf = ahead.bpf;
	errno = ahead.error;
	return bpf;
}
