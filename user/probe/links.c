/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Probes and tracepoints: placed, proven to stand, taken out. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "arch/code.h"
#include "base/abandon.h"
#include "base/mem.h"
#include "base/thread.h"
#include "probe/inside.h"
#include "process/procmap.h"
#include "process/procmem.h"

#define MULTI_ASIDE 8

static int keep(struct links *l, struct bpf_link *link)
{
	if (!link)
		return -errno;
	*ARR_PUSH(l->v, l->n) = link;
	return 0;
}

static void *shut(void *fd)
{
	close((int)(intptr_t)fd);
	return NULL;
}

/* Side by side: the kernel waits at each for the programs that run, which is once for all. */
static void drop_multi(struct links *l)
{
	pthread_t threads[MULTI_ASIDE];
	size_t n = 0;

	while (l->nmulti > 1 && n < MULTI_ASIDE &&
	       !thread__start(&threads[n], shut, (void *)(intptr_t)l->multi[l->nmulti - 1])) {
		l->nmulti--;
		n++;
	}
	while (l->nmulti)
		close(l->multi[--l->nmulti]);
	while (n)
		pthread_join(threads[--n], NULL);
}

void links__remove(struct links *l)
{
	drop_multi(l);
	while (l->n)
		bpf_link__destroy(l->v[--l->n]);
	free(l->v);
	free(l->multi);
	*l = (struct links){0};
}

static void *drop(void *links)
{
	links__remove(links);
	return NULL;
}

bool session__is_unprobed(struct session *s)
{
	if (s->leaver && !pthread_tryjoin_np(s->leaver, NULL))
		s->leaver = 0;
	return !s->leaver;
}

void session__wait_unprobed(struct session *s)
{
	if (s->leaver)
		pthread_join(s->leaver, NULL);
	s->leaver = 0;
}

/* What the kernel is to take out without our waiting for it. A thread of ours would not do: killed
 * by our own end in the midst of it, it leaves the breakpoint where it is. */
static void abandon(struct links *l)
{
	while (l->nmulti && abandon__fd(l->multi[l->nmulti - 1]))
		l->nmulti--;
	links__remove(l);
}

void session__unprobe(struct session *s)
{
	if (!s->probes.n) {
		abandon(&s->probes);
		return;
	}
	session__wait_unprobed(s);
	s->leaving = s->probes;
	s->probes = (struct links){0};
	if (thread__start(&s->leaver, drop, &s->leaving)) {
		s->leaver = 0;
		links__remove(&s->leaving);
	}
}

/* The breakpoint (or the call that Linux 6.18 may make of it) stands in the process's own memory:
 * probes of a file that is mapped elsewhere, or of a copy of it, attach without an error and never
 * fire. */
static int prove_probe(pid_t pid, const struct probe *p)
{
	unsigned char code[CODE_PROBED_BYTES];
	int mem = procmem__open(pid);
	bool stands;

	if (mem < 0)
		return mem;
	stands = procmem__read(mem, p->addr, code, sizeof(code)) && code__is_probed(code);
	close(mem);
	return stands ? 0 : -ENODEV;
}

static int keep_multi(struct links *l, int fd)
{
	if (fd < 0)
		return fd;
	*ARR_PUSH(l->multi, l->nmulti) = fd;
	return 0;
}

int links__place(struct links *l, const struct bpf_program *prog, pid_t pid, const char *path,
		 const struct probe *p)
{
	LIBBPF_OPTS(bpf_uprobe_opts, opts, .ref_ctr_offset = p->sema_offset,
		    .bpf_cookie = p->cookie);

	if (multi__is_asked_for(prog))
		return keep_multi(l, multi__link(prog, pid, path, p));
	return keep(l, bpf_program__attach_uprobe_opts(prog, pid, path, p->offset, &opts));
}

static int place(struct session *s, pid_t pid, const char *path, const struct probe *p)
{
	const struct bpf_program *prog = bpf_object__find_program_by_name(s->bpf->obj, p->program);
	int error = late__need(s, prog);

	return error ? error : links__place(&s->probes, prog, pid, path, p);
}

/* The tracepoints of all backends. */
static int watch_threads(struct session *s)
{
	struct bpf_program *const programs[] = {
		s->bpf->progs.bpfp_exit,   s->bpf->progs.bpfp_exec,   s->bpf->progs.bpfp_fork,
		s->bpf->progs.bpfp_wakeup, s->bpf->progs.bpfp_switch, s->bpf->progs.bpfp_io};
	int error = 0;

	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs) && !error; i++) {
		if (bpf_program__autoload(programs[i]))
			error = keep(&s->watches, types__attach(programs[i]));
	}
	return error;
}

int links__watch_threads(struct session *s)
{
	if (s->relay)
		return relay__tell(s, s->bpf->bss->target_tgid);
	return s->watches.n ? 0 : watch_threads(s);
}

/* The kernel does not run a program within itself, and counts the times (Linux 5.12). */
static uint64_t count_missed(const struct bpf_object *obj)
{
	struct bpf_program *prog;
	uint64_t n = 0;

	bpf_object__for_each_program(prog, obj)
	{
		struct bpf_prog_info info = {0};
		__u32 size = sizeof(info);
		int fd = bpf_program__fd(prog);

		if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &size))
			n += info.recursion_misses;
	}
	return n;
}

uint64_t session__missed(const struct session *s)
{
	return count_missed(s->bpf->obj) + (s->relay ? count_missed(relay__object(s->relay)) : 0);
}

int session__probe(struct session *s, pid_t pid, const char *path, const struct probe *probes,
		   size_t n)
{
	int error = 0;

	for (size_t i = 0; i < n && !error; i++)
		error = place(s, pid, path, &probes[i]);
	for (size_t i = 0; i < n && !error; i++)
		error = prove_probe(pid, &probes[i]);
	return error;
}

int session__probe_loader(struct session *s, pid_t pid, const char *path, const struct probe *p)
{
	if (!multi__is_asked_for(s->bpf->progs.bpfp_block_load))
		session__wait_unprobed(s);
	return session__probe(s, pid, path, p, 1);
}

void links__drop(struct session *s)
{
	session__wait_unprobed(s);
	links__remove(&s->probes);
	links__remove(&s->watches);
	relay__forget(s);
}
