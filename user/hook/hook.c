/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Into the interpreter and out of it. Knows no BPF. */
#include "hook/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process/detached.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/ticks.h"
#include "process/handover.h"
#include "process/inject.h"
#include "cpython/interp.h"
#include "process/procmap.h"
#include "process/procmem.h"
#include "process/vdso.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL                                                                            \
	0x0008U /* Linux 6.3: never to be run as a program; mapping is another matter */
#endif

#define BEATS_S	   2 /* the stub's life without a beat */
#define NAME_BYTES 64

extern const unsigned char stub_image[], stub_image_end[];

static int fail(struct hook *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int fail(struct hook *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->why, sizeof(f->why), fmt, ap);
	va_end(ap);
	return -1;
}

static struct stub_config config_of(const struct interp *in, bool nop5)
{
	const struct py_layout *l = in->layout;

	return (struct stub_config){
		.tstate_interp = in->facts.tstate_interp,
		.tstate_id = in->facts.tstate_id,
		.tstate_c_recursion = l->tstate_c_recursion,
		.tstate_soft_limit = in->version < 0x030e ? 0 : in->facts.tstate_soft_limit,
		.tstate_current = l->tstate_current,
		.tstate_cframe = l->cframe_current ? 0 : l->tstate_cframe,
		.interp_slot = in->facts.interp_slot,
		.frame_code = l->frame_code,
		.frame_owner = l->frame_owner,
		.frame_prev = l->frame_prev,
		.code_flags = l->code_flags,
		.code_firstlineno = l->code_firstlineno,
		.code_filename = l->code_filename,
		.code_name = l->code_name,
		.code_version = l->code_version,
		.func_version = l->func_version,
		.code_qualname = l->code_qualname,
		.str_utf8 = l->str_utf8,
		.str_utf8_length = l->str_utf8_length,
		.str_length = l->str_length,
		.str_state = l->str_state,
		.str_kind_shift = l->str_kind_shift,
		.str_ascii = l->str_ascii,
		.str_compact = l->str_compact,
		.minds_stack = l->minds_stack,
		.nop5 = nop5,
		.ob_type = l->object_type,
		.unicode_type = in->facts.unicode_type + in->bias,
	};
}

struct hook *hook__new(const struct interp *in, bool nop5)
{
	struct hook *f =
		mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (f == MAP_FAILED)
		return NULL;
	f->pid = in->pid;
	f->mem = procmem__open(in->pid);
	f->config = config_of(in, nop5);
	memcpy(&f->head, stub_image, sizeof(f->head));
	ticks__clock();
	return f;
}

static uint64_t page_up(uint64_t n)
{
	return (n + 4095) & ~4095ull;
}

void hook__share(struct hook *f, const struct session_table tables[STUB_TABLES])
{
	for (uint32_t i = 0; i < STUB_TABLES; i++) {
		f->tables[i] = tables[i];
		f->config.table[i] = STUB_SHARED + f->shared_bytes;
		f->config.count[i] = tables[i].count;
		f->shared_bytes += page_up(tables[i].bytes);
	}
	f->config.inlined = 1;
}

void hook__free(struct hook *f)
{
	if (!f)
		return;
	if (f->mem >= 0)
		close(f->mem);
	munmap(f, sizeof(*f));
}

uint64_t hook__at(const struct hook *f, uint32_t offset)
{
	return f->base + offset;
}

/* --- the slots --------------------------------------------------------------------------------
 */

/* The variant that stands for what a slot held; a new one where there is room. -1: none is left. */
static int variant_of(struct hook *f, const struct interp *in, uint64_t before)
{
	uint64_t evaluator = before ? before : in->facts.evaluator + in->bias;

	for (uint32_t i = 0; i < f->nbefore; i++) {
		if (f->config.before[i] == before)
			return i;
	}
	if (f->base || f->nbefore == STUB_VARIANTS)
		return -1;
	f->config.before[f->nbefore] = before;
	f->config.evaluator[f->nbefore] = evaluator;
	return f->nbefore++;
}

/* What the slot held before a stub: one that lives is another bpfprof's (-EBUSY), one that does
 * not left the slot because no Python function has been called since. */
static int see_through(const struct hook *f, const struct procmap *stubs, uint64_t *value)
{
	struct stub_config config;
	struct stub_head head;
	uint64_t deadline;

	if (!stubs->start || *value - stubs->start >= stubs->end - stubs->start)
		return 0;
	if (!procmem__read(f->mem, stubs->start, &head, sizeof(head)) || head.magic != STUB_MAGIC ||
	    !procmem__read(f->mem, stubs->start + STUB_CONFIG, &config, sizeof(config)) ||
	    !procmem__read(f->mem, stubs->start + STUB_STATE, &deadline, sizeof(deadline)))
		return -EFAULT;
	if (deadline > ticks__now())
		return -EBUSY;
	for (uint32_t i = 0; i < STUB_VARIANTS; i++) {
		if (*value == stubs->start + head.eval[i]) {
			*value = config.before[i];
			return 0;
		}
	}
	return -EFAULT;
}

static bool has_slot(const struct hook *f, uint64_t addr)
{
	for (uint32_t i = 0; i < f->nslots; i++) {
		if (f->slots[i].addr == addr)
			return true;
	}
	return false;
}

/* Our own slot, or one to be taken over. */
static int add_slot(struct hook *f, const struct interp *in, uint64_t addr)
{
	struct procmap stubs = {0};
	uint64_t value;
	int error, variant;

	if (has_slot(f, addr))
		return 0;
	if (f->nslots == HOOK_SLOTS || !procmem__read(f->mem, addr, &value, sizeof(value)))
		return fail(f, "it has more than %d interpreters; close some", HOOK_SLOTS);
	procmap__find(f->pid, "/memfd:bpfprof-", &stubs);
	error = see_through(f, &stubs, &value);
	if (!error && value && !procmap__holds(f->pid, value))
		return fail(f, "its evaluator slot is not where it should be; report this build");
	if (error == -EBUSY)
		return fail(f, "another bpfprof is profiling it; wait for that to end");
	variant = error ? -1 : variant_of(f, in, value);
	if (variant < 0)
		return fail(f, "its interpreters use too many evaluators; detach other tools");
	f->slots[f->nslots++] = (struct hook_slot){addr, variant};
	return 0;
}

/* The slots of all interpreters, up to HOOK_SLOTS: a list that changes under us ends too. */
static uint32_t list_slots(const struct hook *f, const struct interp *in,
			   uint64_t addrs[HOOK_SLOTS])
{
	uint64_t at = in->facts.head + in->bias, interp;
	uint32_t n = 0;

	while (n < HOOK_SLOTS && procmem__read(f->mem, at, &interp, sizeof(interp)) && interp) {
		addrs[n++] = interp + in->facts.interp_slot;
		at = interp + in->facts.interp_next;
	}
	return n;
}

static int find_slots(struct hook *f, const struct interp *in)
{
	uint64_t addrs[HOOK_SLOTS];
	uint32_t n = list_slots(f, in, addrs);

	for (uint32_t i = 0; i < n; i++) {
		if (add_slot(f, in, addrs[i]))
			return -1;
	}
	return n ? 0 : fail(f, "its interpreter has not started yet; try again");
}

static bool is_listed(uint64_t addr, const uint64_t *addrs, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (addrs[i] == addr)
			return true;
	}
	return false;
}

/* --- the mapping ------------------------------------------------------------------------------
 */

/* What the file is to hold: the code, then the constants. */
static unsigned char *image_of(const struct hook *f)
{
	unsigned char *image = xcalloc(1, STUB_STATE);

	memcpy(image, stub_image, stub_image_end - stub_image);
	memcpy(image + STUB_CONFIG, &f->config, sizeof(f->config));
	return image;
}

/* Named by its content, so that a mapping of an earlier run is used again exactly where it
 * would be the same. */
static void name_of(const unsigned char *image, char name[NAME_BYTES])
{
	snprintf(name, NAME_BYTES, "bpfprof-%016llx",
		 (unsigned long long)hash__add(HASH_START, image, STUB_STATE));
}

/* The system calls that are about to be made, as a seccomp filter sees them. */
static int ask_seccomp(struct hook *f, const struct inject *inj)
{
	static const struct {
		const char *name;
		long nr;
		uint64_t args[6];
	} calls[] = {
		{"mmap", SYS_mmap, {0, STUB_SHARED, PROT_READ | PROT_WRITE}},
		{"mmap of code", SYS_mmap, {0, STUB_STATE, PROT_READ | PROT_EXEC}},
		{"madvise", SYS_madvise, {0, STUB_SHARED - STUB_STATE, MADV_WIPEONFORK}},
		{"close", SYS_close, {0}},
		{"socketpair", SYS_socketpair, {AF_UNIX, HANDOVER_SOCKET}},
		{"recvmsg", SYS_recvmsg, {0, 0, HANDOVER_RECV}},
		{"gettid", SYS_gettid, {0}},
		{"rt_sigprocmask", SYS_rt_sigprocmask, {-1ull, 0, 0, 8}},
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		uint32_t action = inject__seccomp(inj, calls[i].nr, calls[i].args);

		if (action != SECCOMP_RET_ALLOW && action != SECCOMP_RET_LOG)
			return fail(f,
				    "its seccomp filter forbids %s; use --usdt where its "
				    "interpreter has probes, or run it without the filter",
				    calls[i].name);
	}
	return 0;
}

/* Ours alone until it is sealed: nobody can put another file in its place while we write. */
static int make_file(const char *name, const unsigned char *image)
{
	const int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
	const unsigned int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int fd = memfd_create(name, flags | MFD_NOEXEC_SEAL), error = 0;

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(name, flags);
	if (fd < 0)
		return -errno;
	if (write(fd, image, STUB_STATE) != (ssize_t)STUB_STATE || fcntl(fd, F_ADD_SEALS, seals))
		error = errno ? -errno : -EIO;
	if (error)
		close(fd);
	return error ? error : fd;
}

/* The process's descriptor of the stub's file; its memory at base serves for the exchange. */
static int hand_file(struct hook *f, struct inject *inj, const unsigned char *image,
		     const char *name, uint64_t base)
{
	int ours = make_file(name, image), theirs, error;

	if (ours < 0)
		return fail(f, "no file of memory for the stub: %s; free some memory",
			    strerror(-ours));
	error = handover__give(inj, f->mem, base, &ours, &theirs, 1);
	close(ours);
	if (error)
		return fail(f, "it cannot be handed the stub: %s; use --usdt", strerror(-error));
	return theirs;
}

/* Whether what is mapped at base is what was to be: its memory and its descriptors are also those
 * of processes that share them and run on. */
static bool is_intact(const struct hook *f, uint64_t base, const unsigned char *image)
{
	unsigned char *mapped = xcalloc(1, STUB_STATE);
	bool same = procmem__read(f->mem, base, mapped, STUB_STATE) &&
		    !memcmp(mapped, image, STUB_STATE);

	free(mapped);
	return same;
}

static uint64_t stub_bytes(const struct hook *f)
{
	return STUB_SHARED + f->shared_bytes;
}

static int map_stub(struct hook *f, struct inject *inj, const unsigned char *image,
		    const char *name)
{
	long base = inject__call(inj, SYS_mmap, 0, stub_bytes(f), PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long fd, code, wipe;

	if (base < 0 && base > -4096)
		return fail(f, "it cannot map %lu bytes: %s; free some of its memory",
			    (unsigned long)stub_bytes(f), strerror(-base));
	fd = hand_file(f, inj, image, name, base);
	if (fd < 0) {
		inject__call(inj, SYS_munmap, base, stub_bytes(f), 0, 0, 0, 0);
		return -1;
	}
	code = inject__call(inj, SYS_mmap, base, STUB_STATE, PROT_READ | PROT_EXEC,
			    MAP_PRIVATE | MAP_FIXED, fd, 0);
	inject__call(inj, SYS_close, fd, 0, 0, 0, 0, 0);
	wipe = inject__call(inj, SYS_madvise, base + STUB_STATE, STUB_SHARED - STUB_STATE,
			    MADV_WIPEONFORK, 0, 0, 0);
	if (code != base || wipe) {
		inject__call(inj, SYS_munmap, base, stub_bytes(f), 0, 0, 0, 0);
		return fail(f, "it may not map executable memory: %s; its sandbox forbids it",
			    strerror(code != base ? -code : -wipe));
	}
	if (!is_intact(f, base, image)) {
		inject__call(inj, SYS_munmap, base, stub_bytes(f), 0, 0, 0, 0);
		return fail(f, "a process that shares its files or memory has put something else "
			       "in the stub's place; end that first");
	}
	f->base = base;
	return 0;
}

/* --- the tables, handed over ------------------------------------------------------------------
 */

static int map_tables(struct hook *f, struct inject *inj)
{
	int fds[STUB_TABLES], theirs[STUB_TABLES];
	long error;

	for (uint32_t i = 0; i < STUB_TABLES; i++)
		fds[i] = f->tables[i].fd;
	error = handover__give(inj, f->mem, f->base + STUB_SHARED, fds, theirs, STUB_TABLES);
	if (error)
		return fail(f, "it cannot be handed the tables: %s; use --backend=eval",
			    strerror(-error));
	for (uint32_t i = 0; i < STUB_TABLES; i++) {
		uint64_t at = f->base + f->config.table[i];

		if (inject__call(inj, SYS_mmap, at, page_up(f->tables[i].bytes),
				 PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, theirs[i],
				 0) != (long)at)
			error = -1;
		inject__call(inj, SYS_close, theirs[i], 0, 0, 0, 0, 0);
	}
	return error ? fail(f, "it cannot map the tables; use --backend=eval") : 0;
}

/* Memory of nobody's in the tables' place, for frames that are still in the stub. */
static void unmap_tables(struct hook *f, struct inject *inj)
{
	inject__call(inj, SYS_mmap, f->base + STUB_SHARED, f->shared_bytes, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
}

static int set_clock(struct hook *f)
{
	const char *why;

	if (ticks__are_tsc())
		return 0;
	f->config.vdso_clock = vdso__clock_gettime(f->pid, &why);
	if (f->config.vdso_clock)
		return 0;
	return fail(f,
		    "the kernel does not trust this machine's time stamp counter, and %s; "
		    "use --usdt",
		    why);
}

static int enter_stopped(struct hook *f, const struct interp *in, struct inject *inj)
{
	char name[NAME_BYTES], path[NAME_BYTES + 8];
	struct procmap found = {0};
	unsigned char *image;
	int error;

	if (find_slots(f, in) || set_clock(f))
		return -1;
	image = image_of(f);
	name_of(image, name);
	snprintf(path, sizeof(path), "/memfd:%s", name);
	if (!procmap__find(f->pid, path, &found) && is_intact(f, found.start, image))
		f->base = found.start;
	error = f->base && !f->shared_bytes ? 0 : ask_seccomp(f, inj);
	if (!error && !f->base)
		error = map_stub(f, inj, image, name);
	free(image);
	if (!error && f->shared_bytes)
		error = map_tables(f, inj);
	return error;
}

/* --- arming -----------------------------------------------------------------------------------
 */

static bool beat(const struct hook *f)
{
	struct ticks_clock clock = ticks__clock();
	uint64_t deadline = clock.now + (uint64_t)(BEATS_S * 1e9 / clock.ns_per_tick);

	return procmem__write(f->mem, f->base + STUB_STATE, &deadline, sizeof(deadline));
}

/* Times that this stub has taken itself out, in earlier runs too. */
static uint64_t expired(const struct hook *f)
{
	uint64_t n = 0;

	procmem__read(f->mem, f->base + STUB_STATE + offsetof(struct stub_state, expired), &n,
		      sizeof(n));
	return n;
}

static int arm_stopped(struct hook *f, const struct interp *in, struct inject *inj)
{
	(void)inj;
	if (find_slots(f, in))
		return -1;
	if (!f->armed)
		f->expired = expired(f);
	if (!beat(f))
		return fail(f, "it has ended; start it again");
	for (uint32_t i = 0; i < f->nslots; i++) {
		uint64_t ours = hook__at(f, f->head.eval[f->slots[i].variant]);

		if (!procmem__write(f->mem, f->slots[i].addr, &ours, sizeof(ours)))
			return fail(f, "its evaluator slot cannot be written: %s", strerror(errno));
	}
	f->armed = true;
	return 0;
}

/* Slots of interpreters that are no more, or that somebody else has set since, are not touched. */
static int leave_stopped(struct hook *f, const struct interp *in, struct inject *inj)
{
	const uint64_t never = 0;
	uint64_t addrs[HOOK_SLOTS];
	uint32_t n = list_slots(f, in, addrs);

	for (uint32_t i = 0; i < f->nslots; i++) {
		const struct hook_slot *slot = &f->slots[i];
		uint64_t value;

		if (is_listed(slot->addr, addrs, n) &&
		    procmem__read(f->mem, slot->addr, &value, sizeof(value)) &&
		    value == hook__at(f, f->head.eval[slot->variant]))
			procmem__write(f->mem, slot->addr, &f->config.before[slot->variant],
				       sizeof(value));
	}
	procmem__write(f->mem, f->base + STUB_STATE, &never, sizeof(never));
	if (f->shared_bytes)
		unmap_tables(f, inj);
	f->armed = false;
	return 0;
}

/* --- with the process stopped -----------------------------------------------------------------
 */

typedef int (*stopped_work)(struct hook *f, const struct interp *in, struct inject *inj);

struct job {
	struct hook *f;
	const struct interp *in;
	stopped_work work;
};

static int stop_failed(struct hook *f, int error)
{
	if (error == -EBUSY)
		return fail(f, "another tracer (a debugger, strace) has it; wait for that to end");
	if (error == -ESRCH)
		return fail(f, "it has ended; start it again");
	if (error == -ENOEXEC)
		return fail(f, "it has no vDSO to make system calls by; use --usdt");
	return fail(f, "ptrace: %s; see 'bpfprof doctor'", strerror(-error));
}

/* The process may have become another program since, with the memory of before kept by a process
 * that shared it: then nothing is to be done to it. Ours is a child's descriptor. */
static int use_memory_of_now(struct hook *f)
{
	int now = procmem__open(f->pid);
	uint64_t magic = STUB_MAGIC;

	if (now < 0 || dup2(now, f->mem) < 0)
		return fail(f, "its memory cannot be opened: %s", strerror(errno));
	close(now);
	if (f->base &&
	    (!procmem__read(f->mem, f->base, &magic, sizeof(magic)) || magic != STUB_MAGIC))
		return fail(f, "it runs another program by now");
	return 0;
}

static int run_stopped(void *arg)
{
	struct job *job = arg;
	struct hook *f = job->f;
	uint64_t begin = monotonic__ns();
	struct inject inj;
	int error = inject__stop(&inj, f->pid);

	if (error)
		return stop_failed(f, error);
	error = use_memory_of_now(f) ? -1 : job->work(f, job->in, &inj);
	inject__done(&inj);
	if (monotonic__ns() - begin > f->stopped_ns)
		f->stopped_ns = monotonic__ns() - begin;
	return error;
}

static int with_stopped(struct hook *f, const struct interp *in, struct inject *held,
			stopped_work work)
{
	struct job job = {f, in, work};

	if (f->mem < 0)
		return stop_failed(f, f->mem == -ENOENT ? -ESRCH : f->mem);
	return held ? work(f, in, held) : detached__run(run_stopped, &job);
}

int hook__enter(struct hook *f, const struct interp *in, struct inject *held)
{
	return with_stopped(f, in, held, enter_stopped);
}

int hook__arm(struct hook *f, const struct interp *in, struct inject *held)
{
	return with_stopped(f, in, held, arm_stopped);
}

int hook__leave(struct hook *f, const struct interp *in)
{
	uint64_t magic;

	/* gone, or another program by now: there is nothing of ours in it */
	if (!f->armed || !procmem__read(f->mem, f->base, &magic, sizeof(magic)))
		return 0;
	f->disarmed = expired(f) - f->expired;
	return with_stopped(f, in, NULL, leave_stopped);
}

/* Interpreters that have come since; those that could not be entered are tried again when there is
 * another. */
static bool has_fresh(struct hook *f, const struct interp *in)
{
	uint64_t addrs[HOOK_SLOTS];
	uint32_t n = list_slots(f, in, addrs), fresh = 0;

	for (uint32_t i = 0; i < n; i++)
		fresh += !has_slot(f, addrs[i]);
	f->passed_over = fresh < f->passed_over ? fresh : f->passed_over;
	return fresh > f->passed_over;
}

/* Whatever is in the way may go away again. */
static int try_later(struct hook *f, bool fresh)
{
	if (!beat(f)) /* what is in the way is its end */
		return -1;
	if (fresh)
		f->passed_over++;
	if (strcmp(f->why, f->said))
		warn("cannot enter process %d again: %s; not counted until then", f->pid, f->why);
	memcpy(f->said, f->why, sizeof(f->said));
	return 0;
}

int hook__beat(struct hook *f, const struct interp *in)
{
	bool fresh;

	if (!beat(f))
		return -1;
	fresh = has_fresh(f, in);
	f->disarmed = expired(f) - f->expired;
	if (f->disarmed == f->rearmed && !fresh)
		return 0;
	if (hook__arm(f, in, NULL))
		return try_later(f, f->disarmed == f->rearmed);
	f->rearmed = f->disarmed;
	f->said[0] = '\0';
	return 0;
}

const char *hook__look(const struct interp *in)
{
	struct hook f = {.pid = in->pid, .mem = procmem__open(in->pid)};
	uint64_t addrs[HOOK_SLOTS], value = 0;
	struct procmap stubs = {0};
	uint32_t n = f.mem < 0 ? 0 : list_slots(&f, in, addrs);
	bool read = n && procmem__read(f.mem, addrs[n - 1], &value, sizeof(value));

	if (f.mem >= 0)
		close(f.mem);
	procmap__find(in->pid, "/memfd:bpfprof-", &stubs);
	if (!read)
		return "cannot be read yet";
	if (!value || value == in->facts.evaluator + in->bias)
		return "CPython's own evaluator";
	return value - stubs.start < stubs.end - stubs.start
		       ? "bpfprof's stub"
		       : "another tool's evaluator, which will be called through";
}
