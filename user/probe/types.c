/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Of the kernel's types those that our programs look at, in a file of memory for libbpf. It would
 * read and index them all, five megabytes, and go through them for each that it looks for. So it is
 * not to know that a program at a tracepoint has typed arguments until it loads it. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ktypes.h"
#include "base/mem.h"
#include "probe/inside.h"

#define ALL_TYPES "/sys/kernel/btf/vmlinux"

/* What vmlinux/vmlinux.h names. */
static const char *const structs[] = {"task_struct",
				      "thread_struct",
				      "thread_info",
				      "restart_block",
				      "pid",
				      "upid",
				      "pid_namespace",
				      "ns_common",
				      "file",
				      "inode",
				      "files_struct",
				      "fdtable",
				      "bpf_iter__task",
				      "bpf_iter_meta",
				      "sched_entity",
				      NULL};

#define TYPED	  "tp_btf"
#define ARGUMENTS "btf_trace_" /* before the tracepoint's name */

static struct ktypes_asked tracepoints[] = {{ARGUMENTS "sched_process_fork", 0},
					    {ARGUMENTS "sched_switch", 0},
					    {ARGUMENTS "sched_wakeup", 0},
					    {ARGUMENTS "sys_exit", 0},
					    {0}};

static char path[64]; /* of the file; empty: there is none */

/* Before Linux 6.16 it cannot be mapped, and gives a page at a time. */
static void *read_all(int fd, size_t bytes)
{
	char *all = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t n = 0;
	ssize_t got = 1;

	while (all != MAP_FAILED && n < bytes && got > 0) {
		got = read(fd, all + n, bytes - n);
		n += got > 0 ? got : 0;
	}
	return all;
}

static int keep(const void *part, size_t bytes)
{
	int fd = memfd_create("bpfprof-types", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (write(fd, part, bytes) == (ssize_t)bytes)
		return fd;
	close(fd);
	return -EIO;
}

static bool all_found(void)
{
	const struct ktypes_asked *t = tracepoints;

	while (t->name && t->id)
		t++;
	return !t->name;
}

static int set_type(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long unused)
{
	const char *name = bpf_program__section_name(prog) + sizeof(TYPED);

	(void)unused;
	for (const struct ktypes_asked *t = tracepoints; t->name; t++) {
		if (!strcmp(t->name + strlen(ARGUMENTS), name))
			opts->attach_btf_id = t->id;
	}
	return bpf_program__set_type(prog, BPF_PROG_TYPE_TRACING);
}

static int handle_typed(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .prog_prepare_load_fn = set_type);

	return libbpf_register_prog_handler(TYPED "+", BPF_PROG_TYPE_RAW_TRACEPOINT,
					    BPF_TRACE_RAW_TP, &opts);
}

static void cut(const void *all, size_t bytes)
{
	size_t size = 0;
	void *part = ktypes__cut(all, bytes, structs, tracepoints, &size);
	int fd = part && all_found() ? keep(part, size) : -1;

	free(part);
	if (fd >= 0 && handle_typed() < 0)
		close(fd);
	else if (fd >= 0) /* for as long as we live */
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
}

const char *types__file(void)
{
	static bool done;
	int fd = done ? -1 : open(ALL_TYPES, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *all;

	done = true;
	if (fd >= 0 && !fstat(fd, &st) && st.st_size > 0) {
		all = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (all == MAP_FAILED)
			all = read_all(fd, st.st_size);
		if (all != MAP_FAILED) {
			cut(all, st.st_size);
			munmap(all, st.st_size);
		}
	}
	if (fd >= 0)
		close(fd);
	return *path ? path : NULL;
}

struct bpf_link *types__attach(const struct bpf_program *prog)
{
	return bpf_program__type(prog) == BPF_PROG_TYPE_TRACING ? bpf_program__attach_trace(prog)
								: bpf_program__attach(prog);
}
