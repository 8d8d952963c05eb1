/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The steps of a session. */
#include "probe/session.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>

#include "arch/regs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "base/ticks.h"
#include "probe/idles.h"
#include "probe/inside.h"
#include "process/ownrights.h"
#include "process/state.h"

static bool is_listed(const char *name, const char *const *list)
{
	while (*list && strcmp(*list, name))
		list++;
	return *list;
}

/* Only the programs of this backend are loaded: each takes the verifier a while. */
static void choose_programs(struct bpfprof_bpf *bpf, const char *const *wanted, bool markers)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, bpf->obj)
	{
		const char *name = bpf_program__name(prog);

		if (!strncmp(name, "bpfp_usdt_", 10) || !strncmp(name, "bpfp_eval_", 10))
			bpf_program__set_autoload(prog, is_listed(name, wanted));
		if (!strncmp(name, "bpfp_block_", 11))
			bpf_program__set_autoload(prog, markers);
	}
}

/* Without the right that the other kind takes, all of them. */
static void choose_later_kind(struct bpfprof_bpf *bpf)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, bpf->obj)
	{
		if (!strcmp(bpf_program__section_name(prog), "uprobe"))
			multi__ask_for(prog);
	}
}

/* Not those of backends whose probes forked children would run into: the stub's markers they never
 * reach, and of libraries they load few. */
static void choose_kinds(struct bpfprof_bpf *bpf)
{
	struct bpf_program *const programs[] = {
		bpf->progs.bpfp_eval_enter,	   bpf->progs.bpfp_eval_leave,
		bpf->progs.bpfp_eval_low,	   bpf->progs.bpfp_eval_follow,
		bpf->progs.bpfp_eval_enter_lives,  bpf->progs.bpfp_eval_leave_lives,
		bpf->progs.bpfp_eval_follow_lives, bpf->progs.bpfp_block_load};

	if (!multi__works())
		return;
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
		multi__ask_for(programs[i]);
	if (bpf_program__autoload(bpf->progs.bpfp_eval_low))
		multi__ask_for(bpf->progs.bpfp_canary); /* it shows what those do */
	if (!own_rights__have(CAP_SYS_ADMIN))
		choose_later_kind(bpf);
}

static void set_sites(struct bpfprof_bpf *bpf, const struct session_setup *setup)
{
	memcpy(bpf->bss->entry_sites, setup->entry_sites, sizeof(setup->entry_sites));
	memcpy(bpf->bss->return_sites, setup->return_sites, sizeof(setup->return_sites));
}

static int configure(struct session *s, const struct session_setup *setup)
{
	struct bpfprof_bpf *bpf = s->bpf;

	if (maps__set_sizes(bpf, &s->reader.live.size))
		return err("cannot size the tables: libbpf refused; lower the --max options");
	choose_programs(bpf, setup->programs, setup->markers);
	bpf_program__set_autoload(bpf->progs.bpfp_tgid, tgid__differs());
	bpf_program__set_autoload(bpf->progs.bpfp_io, setup->limits.io);
	if (setup->markers && trials__uprobes_may_sleep()) {
		bpf->rodata->may_sleep = 1;
		bpf_program__set_flags(bpf->progs.bpfp_block_begin, BPF_F_SLEEPABLE);
		bpf_program__set_flags(bpf->progs.bpfp_block_load, BPF_F_SLEEPABLE);
	} else {
		bpf_program__set_autoload(bpf->progs.bpfp_block_load, false);
	}
	choose_kinds(bpf);
	bpf->rodata->layout = setup->layout;
	bpf->rodata->stands = setup->stands;
	bpf->rodata->many_sites = setup->many_sites;
	bpf->rodata->inlined = setup->inlined;
	set_sites(bpf, setup);
	return 0;
}

/* The kernel gives up checking a program when a signal comes, and libbpf after five tries: a
 * terminal that is being resized sends more. */
static int load_undisturbed(struct session *s)
{
	sigset_t before;
	int error;

	thread__hold_signals(&before);
	error = late__load(s);
	thread__give_signals(&before);
	return error;
}

static int load(struct session *s)
{
	int error = load_undisturbed(s);

	if (error == -ENOMEM)
		return err("cannot make the tables: %s; lower the --max options", strerror(-error));
	if (error)
		return err("cannot load the BPF programs: %s; %s", strerror(-error),
			   own_rights__advice(error, CAP_BPF));
	if (!s->bpf->bss) /* libbpf goes on where its own trial for that has failed */
		return err("cannot load the BPF programs: their variables were refused; free some "
			   "memory, or raise the limit of open files (ulimit -n), and retry");
	error = maps__map(s->bpf, &s->reader.live);
	if (error)
		return err("cannot map the tables: %s; lower the --max options", strerror(-error));
	session__lend(s, false);
	return 0;
}

void session__set_rate(struct session *s)
{
	reader__set_rate(&s->reader);
}

void session__set_gils(struct session *s, const struct acc_range *gils, size_t n,
		       uint32_t thread_id)
{
	s->bpf->bss->tstate_thread_id = thread_id;
	memcpy(s->bpf->bss->gils, gils, n * sizeof(*gils));
	__atomic_store_n(&s->bpf->bss->ngils, n, __ATOMIC_RELEASE);
}

void session__set_interps(struct session *s, const struct session_interps *interps)
{
	struct bpfprof_bpf__bss *bss = s->bpf->bss;

	bss->interp_next = interps->next;
	bss->interp_id = interps->id;
	bss->interp_gil = interps->gil;
	memset(bss->others, 0, sizeof(bss->others));
	bss->interps_seen = 0;
	__atomic_store_n(&bss->interps, interps->newest, __ATOMIC_RELEASE);
}

void session__set_worlds(struct session *s, const struct acc_range *worlds, size_t n,
			 const struct acc_world *world)
{
	s->bpf->bss->world = *world;
	memcpy(s->bpf->bss->worlds, worlds, n * sizeof(*worlds));
	__atomic_store_n(&s->bpf->bss->nworlds, n, __ATOMIC_RELEASE);
}

void session__clear_blocks(struct session *s)
{
	__atomic_add_fetch(&s->reader.live.ctl->clears, 1, __ATOMIC_RELAXED);
}

/* What the core is told by the tables themselves. An eighth of the edges is kept for paths that
 * are folded. */
static void set_up_tables(struct session *s)
{
	struct acc_ctl *ctl = s->reader.live.ctl;
	uint32_t n = s->setup.npatterns < ACC_PATTERNS ? s->setup.npatterns : ACC_PATTERNS;

	/* counted here: the second interpreter may have kept the tables, and write to them */
	for (uint32_t i = 0; i < n; i++)
		ctl->pattern[i] = s->setup.patterns[i];
	ctl->patterns = n;
	idles__tell(ctl);
	ctl->turns.two = s->setup.limits.strips > 1;
	ctl->paths = s->setup.limits.paths ? s->reader.live.size.edges / ACC_BATCH / 8 * 7 + 1 : 0;
}

struct session *session__open(const struct session_setup *setup)
{
	struct session *s = xcalloc(1, sizeof(*s));

	s->setup = *setup;
	s->reader.inlined = setup->inlined;
	s->reader.yields = setup->yields;
	s->reader.live.by_thread = setup->limits.by_thread;
	s->nop5 = setup->nop5;
	s->proven = setup->proven || setup->nop5 != SESSION_NOP5_UNKNOWN;
	s->reader.live.size = maps__sizes_of(&setup->limits, setup->inlined);
	s->bpf = opening__take();
	if (!s->bpf) {
		err("cannot open the BPF programs: %s; %s", strerror(errno),
		    own_rights__advice(-errno, CAP_BPF));
		goto fail;
	}
	if (configure(s, setup) || load(s))
		goto fail;
	session__set_rate(s);
	set_up_tables(s);
	loads__open(s);
	return s;
fail:
	session__close(s);
	return NULL;
}

int session__attach(struct session *s, const struct session_target *target, const char *path,
		    const struct probe *probes, size_t n)
{
	pid_t pid = target->pid;
	int error;

	if (n && !s->proven && trials__probes_count(s))
		return -1;
	s->proven |= n != 0;
	s->reader.pid = pid;
	s->bpf->bss->counting = 0;
	s->bpf->bss->counted_until = 0;
	s->bpf->bss->target_tgid = tgid__of(s, pid);
	s->bpf->bss->unicode_type = target->unicode_type;
	s->bpf->bss->next_number_at = target->next_number;
	s->bpf->bss->next_number = 0;
	s->bpf->bss->execs = 0;
	s->bpf->bss->follows = target->follows;
	error = links__watch_threads(s);
	if (!error)
		error = session__probe(s, pid, path, probes, n);
	if (!error) {
		s->bpf->bss->attach_ns = target->launched ? 0 : monotonic__ns();
		s->bpf->bss->counting = !target->counts_later;
		return 0;
	}
	session__detach(s);
	if (error == -ESRCH || error == -ENOENT ||
	    (target->pidfd && process__is_over(target->pidfd)))
		return err("cannot attach to process %d: it has ended, or runs another program by "
			   "now; try again",
			   pid);
	return err("cannot attach to process %d: %s; see 'bpfprof probes -p %d'", pid,
		   strerror(-error), pid);
}

void session__begin(struct session *s)
{
	s->bpf->bss->counting = 1;
}

void session__stop(struct session *s)
{
	if (!s->bpf->bss->counting)
		return;
	s->bpf->bss->counting = 0;
	s->bpf->bss->counted_until = monotonic__ns();
}

void session__detach(struct session *s)
{
	links__drop(s);
}

void session__peek(const struct session *s, struct profile *p)
{
	reader__peek(&s->reader, p);
}

void session__forget(struct session *s)
{
	tables__forget(&s->reader.live);
}

struct prof_pace session__lap(struct session *s)
{
	return reader__lap(&s->reader);
}

void session__turn_strips(struct session *s)
{
	s->reader.strips_turn = true;
}

void session__snapshot(struct session *s, struct profile *p)
{
	reader__snapshot(&s->reader, p);
}

/* Its threads wait no more, either. */
static void stop_counting(struct session *s)
{
	session__stop(s);
	s->bpf->bss->target_tgid = 0;
	relay__forget(s);
}

void session__drain(struct session *s, struct profile *p)
{
	session__lose(s, ACC_LOSS_MISSED, session__missed(s) - s->missed);
	session__lose(s, ACC_LOSS_EXEC, s->bpf->bss->execs);
	session__forgive_execs(s); /* they are told now */
	stop_counting(s);
	reader__drain(&s->reader, p, s->bpf->bss->counted_until);
}

void session__reset(struct session *s)
{
	maps__clear(s->bpf, &s->reader.live);
	reader__forget(&s->reader);
	session__set_rate(s);
	set_up_tables(s);
}

void session__retire(struct session *s)
{
	stop_counting(s);
	session__unprobe(s);
}

void session__renew(struct session *s)
{
	session__wait_unprobed(s);
	s->bpf->bss->programs_before = 0;
	s->bpf->bss->ngils = s->bpf->bss->nworlds = 0;
	s->bpf->bss->interps = 0;
	s->bpf->bss->gil_looks &= ~0ull << 32; /* nobody waits */
	set_sites(s->bpf, &s->setup);
	s->missed = session__missed(s);
	session__reset(s);
}

void session__close(struct session *s)
{
	if (!s)
		return;
	session__detach(s);
	relay__leave(s);
	ring_buffer__free(s->loads);
	maps__unmap(&s->reader.live);
	reader__free(&s->reader);
	bpfprof_bpf__destroy(s->bpf);
	late__free(s);
	free(s);
}
