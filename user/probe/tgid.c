/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which numbers the kernel knows a process and its threads by, where bpfprof is in a pid namespace.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "probe/inside.h"

#define PART		      4096	  /* bytes of what it says, read at once */
#define INITIAL_PID_NAMESPACE 0xeffffffcu /* the kernel's PROC_PID_INIT_INO */

/* 0: not known. */
static ino_t own_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) ? 0 : st.st_ino;
}

bool tgid__differs(void)
{
	return own_namespace() != INITIAL_PID_NAMESPACE;
}

/* Has the program look at every thread there is; what it says of the target's. */
static struct numbers look_at_all(struct session *s)
{
	struct bpf_link *link = bpf_program__attach_iter(s->bpf->progs.bpfp_tgid, NULL);
	int fd = link ? bpf_iter_create(bpf_link__fd(link)) : -1;
	struct numbers said = {0};
	char *bytes = NULL;
	size_t size = 0;
	ssize_t got = fd >= 0;

	while (got > 0) {
		bytes = xrealloc(bytes, size + PART, 1);
		got = read(fd, bytes + size, PART);
		size += got > 0 ? got : 0;
	}
	if (fd >= 0)
		close(fd);
	bpf_link__destroy(link);
	said.v = (struct acc_numbers *)bytes;
	said.n = size / sizeof(*said.v);
	return said;
}

struct numbers tgid__threads(struct session *s)
{
	return tgid__differs() ? look_at_all(s) : (struct numbers){0};
}

pid_t tgid__of(struct session *s, pid_t pid)
{
	if (!tgid__differs())
		return pid;
	s->bpf->bss->sought_pid = pid;
	s->bpf->bss->sought_ns = own_namespace();
	s->bpf->bss->found_tgid = 0;
	free(look_at_all(s).v);
	if (!s->bpf->bss->found_tgid)
		warn("time off the CPU is not counted: the kernel does not tell the number that it "
		     "has for process %d outside of this pid namespace; run bpfprof outside",
		     pid);
	return s->bpf->bss->found_tgid;
}
