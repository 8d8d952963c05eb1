/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* System calls made in the process for the stub: what its seccomp filter says to them, and many in
 * one go. Each that is made alone costs the process two turns more of standing still. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "arch/stopped.h"
#include "hook/parts.h"
#include "process/handover.h"
#include "process/inject.h"
#include "process/procmem.h"

_Static_assert(STUB_CALLS_MAX * sizeof(struct stub_call) <= STUB_CALLS_BYTES, "a list fits");
_Static_assert(HANDOVER_BYTES <= STUB_CALLS_BYTES, "so does what is handed over");

/* As a seccomp filter sees it. */
struct asked {
	const char *name;
	long nr;
	uint64_t args[6];
};

/* Of calls up to one without a name. */
static const char *first_forbidden(const struct inject *inj, const struct asked *calls)
{
	while (calls->name && inject__may_call(inj, calls->nr, calls->args))
		calls++;
	return calls->name;
}

/* The system calls that are about to be made. NULL: they all pass. */
static const char *forbidden(const struct inject *inj)
{
	static const struct asked calls[] = {
		{"mmap", SYS_mmap, {0, STUB_SHARED, PROT_READ | PROT_WRITE}},
		{"mmap of code", SYS_mmap, {0, STUB_PATHS, PROT_READ | PROT_EXEC}},
		{"madvise", SYS_madvise, {0, STUB_SHARED - STUB_STATE, MADV_WIPEONFORK}},
		{"close", SYS_close, {0}},
		{"socketpair", SYS_socketpair, {AF_UNIX, HANDOVER_SOCKET}},
		{"recvmsg", SYS_recvmsg, {0, 0, HANDOVER_RECV}},
		{"gettid", SYS_gettid, {0}},
		{"rt_sigprocmask", SYS_rt_sigprocmask, {-1ull, 0, 0, 8}},
		{NULL, 0, {0}},
	};

	return first_forbidden(inj, calls);
}

/* Those that will be made to leave. */
static bool may_be_left(const struct inject *inj)
{
	static const struct asked calls[] = {
		{"mmap", SYS_mmap, {0, STUB_SHARED, PROT_READ | PROT_WRITE, HOOK_PRIVATE, -1ull}},
		{"munmap", SYS_munmap, {0, STUB_SHARED}},
		{"rt_sigaction", SYS_rt_sigaction, {SIGTRAP, STUB_SHARED, 0, 8}},
		{NULL, 0, {0}},
	};

	return !first_forbidden(inj, calls);
}

static uint32_t filters(const struct inject *inj)
{
	return procstatus__number(inj->worker, "Seccomp_filters");
}

int hook__ask_seccomp(struct hook *f, const struct inject *inj)
{
	const char *name = forbidden(inj);

	f->filters = !name && may_be_left(inj) ? filters(inj) : 0;
	return name ? hook__fail(f,
				 "its seccomp filter forbids %s; use --usdt where its interpreter "
				 "has probes, or run it without the filter",
				 name)
		    : 0;
}

void hook__know_seccomp(const struct hook *f, struct inject *inj)
{
	if (f->filters && filters(inj) == f->filters)
		inj->filtered = false;
}

void hook_calls__add(struct hook_calls *c, long nr, const uint64_t args[6])
{
	struct stub_call *call = &c->list[c->n++];

	*call = (struct stub_call){.nr = nr};
	memcpy(call->args, args, sizeof(call->args));
}

void hook_calls__add_closes(struct hook_calls *c, const struct handed *given)
{
	for (size_t i = 0; i < given->n; i++)
		hook_calls__add(c, SYS_close, (uint64_t[6]){given->fds[i]});
	for (size_t i = 0; i < 2 && given->n; i++)
		hook_calls__add(c, SYS_close, (uint64_t[6]){given->pair[i]});
}

int hook__not_handed(struct hook *f, int error, const char *what, const char *instead)
{
	if (error == -ECHILD || error == -EMFILE)
		return hook__fail(f, "%s; %s", inject__why(error), inject__advice(error));
	if (error == HANDOVER_NO_ROOM)
		return hook__fail(f,
				  "it has too few file descriptors left to be handed %s; raise its "
				  "limit of open files (prlimit --nofile), or use %s",
				  what, instead);
	return hook__fail(f, "it cannot be handed %s: %s; use %s", what, strerror(-error), instead);
}

/* A filter may mind where a call is made. */
static bool may_be_made_by_stub(const struct hook *f, const struct inject *inj)
{
	struct inject there = *inj;

	there.syscall_addr = hook__at(f, f->head.called) - STOPPED_CALL_BYTES;
	return !forbidden(&there);
}

static int make_all(struct hook_calls *c, const struct hook *f, struct inject *inj)
{
	const uint64_t at = hook__at(f, STUB_CALLS);

	c->list[c->n].nr = STUB_CALLS_END;
	if (!procmem__write(f->mem, at, c->list, (c->n + 1) * sizeof(*c->list)) ||
	    inject__run(inj, hook__at(f, f->head.calls), at) ||
	    !procmem__read(f->mem, at, c->list, c->n * sizeof(*c->list)))
		return -1;
	return 0;
}

static void make_each(struct hook_calls *c, struct inject *inj)
{
	struct stub_call *calls = c->list;

	for (uint32_t i = 0; i < c->n; i++) {
		const __u64 *a = calls[i].args;

		calls[i].result =
			inject__call(inj, calls[i].nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	}
}

static bool is_done(const struct stub_call *call)
{
	const uint64_t wanted = call->nr == SYS_mmap ? call->args[0] : 0;

	return call->nr == SYS_close || call->result == wanted;
}

int hook_calls__make(struct hook_calls *c, const struct hook *f, struct inject *inj)
{
	if (!c->n)
		return 0;
	if (inj->park || !may_be_made_by_stub(f, inj))
		make_each(c, inj);
	else if (make_all(c, f, inj))
		return -1;
	for (uint32_t i = 0; i < c->n; i++) {
		if (!is_done(&c->list[i]))
			return -1;
	}
	return 0;
}

int hook__write_over(struct hook *f, struct inject *inj, uint64_t addr, const void *bytes, size_t n)
{
	int error;

	if (procmem__write(f->mem, addr, bytes, n))
		return 0;
	error = inject__poke(inj, addr, bytes, n);
	return error ? hook__fail(f, "its code and constants cannot be written: %s; use --usdt",
				  strerror(-error))
		     : 0;
}
