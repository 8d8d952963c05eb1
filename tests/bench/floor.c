/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* floor usdt|eval1|eval5|slot PID: places two empty BPF programs on the probes of a Python process,
 * or on the marker sites of the stub in it, or only the stub; says "ready", and takes them out when
 * stdin ends. floor switch PID: the same with programs that time how long its threads are away and
 * no more. floor clock: says how many ns two looks at the clock take, and two trampolines that do
 * nothing but that. */
#include <bpf/libbpf.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "arch/cpu.h"
#include "bench/floor.skel.h"
#include "bench/plain.skel.h"
#include "hook/hook.h"
#include "cpython/interp.h"

static struct bpf_link *attach(struct bpf_program *prog, const struct interp *in, const char *path,
			       uint64_t offset, uint64_t sema_offset)
{
	LIBBPF_OPTS(bpf_uprobe_opts, opts, .ref_ctr_offset = sema_offset);

	return bpf_program__attach_uprobe_opts(prog, in->pid, path, offset, &opts);
}

static int attach_usdt(struct floor_bpf *bpf, const struct interp *in, struct bpf_link *links[2])
{
	const struct usdt_site *entry = in->entry.v, *ret = in->ret.v;

	if (!in->entry.n || !in->ret.n)
		return -1;
	links[0] = attach(bpf->progs.floor_entry, in, in->open_path, entry->offset,
			  entry->sema_offset);
	links[1] =
		attach(bpf->progs.floor_return, in, in->open_path, ret->offset, ret->sema_offset);
	return links[0] && links[1] ? 0 : -1;
}

static int attach_eval(struct floor_bpf *bpf, const struct interp *in, struct bpf_link *links[2],
		       struct hook *f)
{
	uint32_t enter = f->config.nop5 ? f->head.enter5 : f->head.enter1;
	uint32_t leave = f->config.nop5 ? f->head.leave5 : f->head.leave1;
	char path[80];

	if (hook__enter(f, in, NULL))
		return -1;
	if (!links)
		return hook__arm(f, in, NULL);
	snprintf(path, sizeof(path), "/proc/%d/map_files/%lx-%lx", in->pid, (unsigned long)f->base,
		 (unsigned long)(f->base + STUB_PATHS));
	links[0] = attach(bpf->progs.floor_entry, in, path, enter, 0);
	links[1] = attach(bpf->progs.floor_return, in, path, leave, 0);
	return links[0] && links[1] ? hook__arm(f, in, NULL) : -1;
}

static void look(void)
{
	uint64_t now = cpu__ticks();

	__asm__ volatile("" : : "r"(now));
}

/* As the stub's (user/arch/x86_64/stub.S). */
static void trampoline(void)
{
	__asm__ volatile("lea -128(%%rsp), %%rsp\n"
			 "push %%rax\npush %%rcx\npush %%rdx\npush %%rsi\npush %%rdi\n"
			 "push %%r8\npush %%r9\npush %%r10\npush %%r11\n"
			 "call *%0\n"
			 "pop %%r11\npop %%r10\npop %%r9\npop %%r8\n"
			 "pop %%rdi\npop %%rsi\npop %%rdx\npop %%rcx\npop %%rax\n"
			 "lea 128(%%rsp), %%rsp\n"
			 :
			 : "b"(look)
			 : "memory", "cc");
}

/* ns for two of them, the least of several. */
static double two_of(void (*f)(void))
{
	double least = 1e9;

	for (int tries = 0; tries < 20; tries++) {
		struct timespec begin, end;
		double ns;

		clock_gettime(CLOCK_MONOTONIC, &begin);
		for (int i = 0; i < 200000; i++)
			f();
		clock_gettime(CLOCK_MONOTONIC, &end);
		ns = (end.tv_sec - begin.tv_sec) * 1e9 + end.tv_nsec - begin.tv_nsec;
		least = ns / 100000 < least ? ns / 100000 : least;
	}
	return least;
}

static int clock_floor(void)
{
	printf("%.1f %.1f\n", two_of(look), two_of(trampoline));
	return 0;
}

static int stand(void)
{
	puts("ready");
	fflush(stdout);
	return getchar() == EOF ? 0 : 1;
}

static int plain_switches(int pid)
{
	struct plain_bpf *bpf = plain_bpf__open_and_load();

	if (!bpf)
		return 1;
	bpf->bss->target_tgid = pid;
	return plain_bpf__attach(bpf) ? 1 : stand();
}

int main(int argc, char **argv)
{
	struct pollfd pfd = {.fd = STDIN_FILENO, .events = POLLIN};
	struct interp in;
	struct floor_bpf *bpf;
	struct bpf_link *links[2] = {NULL, NULL};
	struct hook *f = NULL;
	const char *why;

	if (argc == 2 && !strcmp(argv[1], "clock"))
		return clock_floor();
	if (argc == 3 && !strcmp(argv[1], "switch"))
		return plain_switches(atoi(argv[2]));
	bpf = floor_bpf__open_and_load();
	if (argc != 3 || !bpf || interp__of_pid(&in, atoi(argv[2]), &why))
		return 1;
	if (strcmp(argv[1], "usdt"))
		f = hook__new(&in, !strcmp(argv[1], "eval5"));
	if (f ? attach_eval(bpf, &in, strcmp(argv[1], "slot") ? links : NULL, f)
	      : attach_usdt(bpf, &in, links))
		return 1;
	puts("ready");
	fflush(stdout);
	while (!poll(&pfd, 1, 500)) {
		if (f)
			hook__beat(f, &in);
	}
	if (f)
		hook__leave(f, &in);
	hook__free(f);
	bpf_link__destroy(links[0]);
	bpf_link__destroy(links[1]);
	floor_bpf__destroy(bpf);
	interp__close(&in);
	return 0;
}
