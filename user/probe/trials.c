/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is tried out on this kernel rather than asked of its version. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/ticks.h"
#include "probe/canary.h"
#include "probe/inside.h"
#include "process/ownrights.h"

#define CANARY_EVENTS 3
#define CANARY_TIMED  200

bool trials__uprobes_may_sleep(void)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = BPF_F_SLEEPABLE);
	int map = bpf_map_create(BPF_MAP_TYPE_HASH, NULL, 4, 4, 1, NULL), prog;
	const struct bpf_insn insns[] = {
		{.code = BPF_LD | BPF_DW | BPF_IMM,
		 .dst_reg = BPF_REG_1,
		 .src_reg = BPF_PSEUDO_MAP_FD,
		 .imm = map},
		{0},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};

	if (map < 0)
		return false;
	prog = bpf_prog_load(BPF_PROG_TYPE_KPROBE, NULL, "GPL", insns, 4, &opts);
	close(map);
	if (prog >= 0)
		close(prog);
	return prog >= 0;
}

/* 0 or -errno. */
static int listen_to(struct session *s, enum canary kind, struct links *l)
{
	const struct probe site = {.offset = canary__offset(kind)};

	return links__place(l, s->bpf->progs.bpfp_canary, getpid(), "/proc/self/exe", &site);
}

/* Fires our own site through the same path, and how many of the events arrived; -errno where no
 * probe could be placed. *ns, if not NULL: what one event took. */
static int fire_canary(struct session *s, enum canary kind, unsigned int times, uint64_t *ns)
{
	__u64 before = s->reader.live.ctl->canary, start;
	struct links site = {0};
	int error = listen_to(s, kind, &site);

	if (error)
		return error;
	canary__fire(kind, CANARY_EVENTS); /* the first one may optimise the site */
	start = monotonic__ns();
	canary__fire(kind, times);
	if (ns)
		*ns = (monotonic__ns() - start) / times;
	links__remove(&site);
	return (int)(s->reader.live.ctl->canary - before) - CANARY_EVENTS;
}

static void died(int sig)
{
	_exit(sig);
}

/* Linux 6.18 makes a call of a probed 5-byte nop, and does not give a forked child what it calls:
 * the child dies there. Asked of a child of ours, for later kernels may know better. */
static bool nop5_survives_fork(struct session *s)
{
	struct links site = {0};
	int status = -1;
	pid_t child;

	if (listen_to(s, CANARY_NOP5, &site))
		return false;
	canary__fire(CANARY_NOP5, CANARY_EVENTS);
	child = fork();
	if (!child) {
		signal(SIGSEGV, died);
		signal(SIGBUS, died);
		signal(SIGILL, died);
		canary__fire(CANARY_NOP5, CANARY_EVENTS);
		_exit(0);
	}
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	links__remove(&site);
	return !status;
}

static bool try_nop5(struct session *s)
{
	uint64_t nop1 = 0, nop5 = 0;

	s->proven |= fire_canary(s, CANARY_NOP1, CANARY_TIMED, &nop1) == CANARY_TIMED;
	return s->proven && nop5_survives_fork(s) &&
	       fire_canary(s, CANARY_NOP5, CANARY_TIMED, &nop5) == CANARY_TIMED && nop5 < nop1;
}

bool session__nop5_is_cheaper(struct session *s)
{
	if (s->nop5 == SESSION_NOP5_UNKNOWN)
		s->nop5 = try_nop5(s) ? SESSION_NOP5_CHEAPER : SESSION_NOP5_NOT;
	return s->nop5 == SESSION_NOP5_CHEAPER;
}

enum session_nop5 session__nop5(const struct session *s)
{
	return s->nop5;
}

int trials__probes_count(struct session *s)
{
	int arrived = fire_canary(s, CANARY_NOP1, CANARY_EVENTS, NULL);

	if (arrived < 0)
		return err("cannot place a uprobe: %s; %s", strerror(-arrived),
			   own_rights__advice(arrived, CAP_SYS_ADMIN));
	if (arrived != CANARY_EVENTS)
		return err("uprobes do not count on this kernel: %d of %d canary events arrived; "
			   "see 'bpfprof doctor'",
			   arrived, CANARY_EVENTS);
	return 0;
}
