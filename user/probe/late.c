/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The programs that few runs need, and the kernel takes a third of a run's start to check. In the
 * load others of two instructions stand for them, under the descriptors that they are to get. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/thread.h"
#include "probe/inside.h"

static _Thread_local struct late_program
	*loading; /* LATE_PROGRAMS of them; NULL: nothing is loaded now */

static struct late_program *of(struct late_program *all, const struct bpf_program *prog)
{
	for (size_t i = 0; all && i < LATE_PROGRAMS; i++) {
		if (all[i].prog == prog)
			return &all[i];
	}
	return NULL;
}

/* libbpf has put everything in its place, and would have the kernel check it next. */
static int put_off(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long unused)
{
	static struct bpf_insn nothing[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	struct late_program *late = of(loading, prog);
	size_t known;

	(void)unused;
	if (!late)
		return 0;
	late->n = bpf_program__insn_cnt(prog);
	late->insns = xmalloc(late->n * sizeof(*late->insns));
	memcpy(late->insns, bpf_program__insns(prog), late->n * sizeof(*late->insns));
	/* of another libbpf than we were built with, they may have more fields, or fewer */
	known = opts->sz < sizeof(*opts) ? opts->sz : sizeof(*opts);
	memcpy(&late->opts, opts, known);
	late->opts.sz = known;
	opts->func_info_cnt = opts->line_info_cnt = 0;
	return bpf_program__set_insns(prog, nothing, sizeof(nothing) / sizeof(*nothing));
}

int late__prepare(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .prog_prepare_load_fn = put_off);
	static bool done;
	int handler;

	if (done)
		return 0;
	handler = libbpf_register_prog_handler("uprobe", BPF_PROG_TYPE_KPROBE, 0, &opts);
	done = handler >= 0;
	return done ? 0 : handler;
}

int late__load(struct session *s)
{
	int error;

	s->late[0].prog = s->bpf->progs.bpfp_block_begin;
	s->late[1].prog = s->bpf->progs.bpfp_block_end;
	loading = s->late;
	error = bpfprof_bpf__load(s->bpf);
	loading = NULL;
	return error;
}

/* Signals wait: the kernel gives up checking a program when one comes. */
static int load(const struct late_program *late)
{
	sigset_t before;
	int fd, error;

	thread__hold_signals(&before);
	fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, bpf_program__name(late->prog), "Dual BSD/GPL",
			   late->insns, late->n, &late->opts);
	error = fd < 0 ? -errno : 0;
	thread__give_signals(&before);
	if (!error && dup3(fd, bpf_program__fd(late->prog), O_CLOEXEC) < 0)
		error = -errno;
	if (fd >= 0)
		close(fd);
	return error;
}

int late__need(struct session *s, const struct bpf_program *prog)
{
	struct late_program *late = of(s->late, prog);
	int error = late && late->insns ? load(late) : 0;

	if (late && !error) {
		free(late->insns);
		late->insns = NULL;
	}
	return error;
}

void late__free(struct session *s)
{
	for (size_t i = 0; i < LATE_PROGRAMS; i++)
		free(s->late[i].insns);
}
