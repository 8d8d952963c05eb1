/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The stub's pages in the process: how they get there. */
#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/ticks.h"
#include "hook/parts.h"
#include "process/handover.h"
#include "process/inject.h"
#include "process/procmap.h"
#include "process/procmem.h"
#include "process/reach.h"
#include "process/vdso.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL                                                                            \
	0x0008U /* Linux 6.3: never to be run as a program; mapping is another matter */
#endif

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000 /* Linux 4.17 */
#endif

#define LOOK_MS	   10
#define NAME_BYTES 64
#define OURS	   "/memfd:bpfprof-"

extern const unsigned char stub_image[], stub_image_end[];

static uint64_t deadline_of(const struct hook *f, uint64_t stub)
{
	uint64_t deadline = 0;

	procmem__read(f->mem, stub + STUB_STATE, &deadline, sizeof(deadline));
	return deadline;
}

int hook__is_alive(const struct hook *f, uint64_t stub)
{
	return deadline_of(f, stub) > ticks__now() ? -EBUSY : 0;
}

/* Until its deadline passes, or is moved on by a bpfprof that lives: that comes within half a
 * second, and nothing tells of either. */
static void wait_for_end(const struct hook *f, uint64_t stub)
{
	const uint64_t before = deadline_of(f, stub);

	while (deadline_of(f, stub) == before && before > ticks__now())
		poll(NULL, 0, LOOK_MS);
}

bool hook__is_alone(struct hook *f, bool waits)
{
	struct procmaps maps = {0};
	bool alive = false;

	procmaps__of_pid(&maps, f->pid);
	for (size_t i = 0; i < maps.n && !alive; i++) {
		if (strncmp(maps.v[i].path, OURS, sizeof(OURS) - 1))
			continue;
		if (waits)
			wait_for_end(f, maps.v[i].start);
		alive = hook__is_alive(f, maps.v[i].start);
	}
	procmaps__free(&maps);
	if (alive)
		hook__fail(f, "another bpfprof is profiling it; wait for that to end");
	return !alive;
}

static uint64_t page_up(uint64_t n)
{
	return (n + 4095) & ~4095ull;
}

/* What the file is to hold: the code, then the constants. */
static unsigned char *image_of(const struct hook *f)
{
	unsigned char *image = xcalloc(1, STUB_PATHS);

	memcpy(image, stub_image, stub_image_end - stub_image);
	memcpy(image + STUB_CONFIG, &f->config, sizeof(f->config));
	return image;
}

/* Named by its content, so that a mapping of an earlier run is used again exactly where it
 * would be the same. */
static void name_of(const unsigned char *image, char name[NAME_BYTES])
{
	snprintf(name, NAME_BYTES, "bpfprof-%016llx",
		 (unsigned long long)hash__add(HASH_START, image, STUB_PATHS));
}

static bool lets_pass(uint32_t action)
{
	return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG;
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
		{"mmap of code", SYS_mmap, {0, STUB_PATHS, PROT_READ | PROT_EXEC}},
		{"madvise", SYS_madvise, {0, STUB_SHARED - STUB_STATE, MADV_WIPEONFORK}},
		{"close", SYS_close, {0}},
		{"socketpair", SYS_socketpair, {AF_UNIX, HANDOVER_SOCKET}},
		{"recvmsg", SYS_recvmsg, {0, 0, HANDOVER_RECV}},
		{"gettid", SYS_gettid, {0}},
		{"rt_sigprocmask", SYS_rt_sigprocmask, {-1ull, 0, 0, 8}},
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		if (!lets_pass(inject__seccomp(inj, calls[i].nr, calls[i].args)))
			return hook__fail(f,
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
	if (write(fd, image, STUB_PATHS) != (ssize_t)STUB_PATHS || fcntl(fd, F_ADD_SEALS, seals))
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
		return hook__fail(f, "no file of memory for the stub: %s; free some memory",
				  strerror(-ours));
	error = handover__give(inj, f->mem, base, &ours, &theirs, 1);
	close(ours);
	if (error)
		return hook__fail(f, "it cannot be handed the stub: %s; use --usdt",
				  strerror(-error));
	return theirs;
}

/* Whether what is mapped at base is what was to be: its memory and its descriptors are also those
 * of processes that share them and run on. */
static bool is_intact(const struct hook *f, uint64_t base, const unsigned char *image)
{
	unsigned char *mapped = xcalloc(1, STUB_PATHS);
	bool same = procmem__read(f->mem, base, mapped, STUB_PATHS) &&
		    !memcmp(mapped, image, STUB_PATHS);

	free(mapped);
	return same;
}

static uint64_t stub_bytes(const struct hook *f)
{
	return STUB_SHARED + f->shared_bytes;
}

/* Memory for the stub: where the process has room, or near what has to jump to it. */
static long map_near(const struct hook *f, struct inject *inj)
{
	uint64_t at = f->config.traceback_back
			      ? procmap__hole(f->pid, f->config.traceback_back, stub_bytes(f))
			      : 0;

	return inject__call(inj, SYS_mmap, at, stub_bytes(f), PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
				    (at ? MAP_FIXED_NOREPLACE : 0),
			    -1, 0);
}

static int map_stub(struct hook *f, struct inject *inj, const unsigned char *image,
		    const char *name)
{
	long base = map_near(f, inj), fd, code, wipe;

	if (base < 0 && base > -4096)
		return hook__fail(f, "it cannot map %lu bytes: %s; free some of its memory",
				  (unsigned long)stub_bytes(f), strerror(-base));
	fd = hand_file(f, inj, image, name, base);
	if (fd < 0) {
		inject__call(inj, SYS_munmap, base, stub_bytes(f), 0, 0, 0, 0);
		return -1;
	}
	code = inject__call(inj, SYS_mmap, base, STUB_PATHS, PROT_READ | PROT_EXEC,
			    MAP_PRIVATE | MAP_FIXED, fd, 0);
	inject__call(inj, SYS_close, fd, 0, 0, 0, 0, 0);
	wipe = inject__call(inj, SYS_madvise, base + STUB_STATE, STUB_SHARED - STUB_STATE,
			    MADV_WIPEONFORK, 0, 0, 0);
	if (code != base || wipe) {
		inject__call(inj, SYS_munmap, base, stub_bytes(f), 0, 0, 0, 0);
		return hook__fail(f, "it may not map executable memory: %s; its sandbox forbids it",
				  strerror(code != base ? -code : -wipe));
	}
	if (!is_intact(f, base, image)) {
		inject__call(inj, SYS_munmap, base, stub_bytes(f), 0, 0, 0, 0);
		return hook__fail(
			f, "a process that shares its files or memory has put something else "
			   "in the stub's place; end that first");
	}
	f->base = base;
	return 0;
}

/* --- the tables, handed over ------------------------------------------------------------------
 */

/* At once where they stand side by side, as they do where no others are in between: each call that
 * is made in the process costs it two turns more of standing still. */
static void close_theirs(struct inject *inj, const int theirs[STUB_TABLES])
{
	const uint64_t args[6] = {theirs[0], theirs[0] + STUB_TABLES - 1};
	uint32_t n = 1;

	while (n < STUB_TABLES && theirs[n] == theirs[0] + (int)n)
		n++;
	if (n == STUB_TABLES && lets_pass(inject__seccomp(inj, SYS_close_range, args)) &&
	    !inject__call(inj, SYS_close_range, args[0], args[1], 0, 0, 0, 0))
		return;
	for (n = 0; n < STUB_TABLES; n++)
		inject__call(inj, SYS_close, theirs[n], 0, 0, 0, 0, 0);
}

static int map_tables(struct hook *f, struct inject *inj)
{
	int fds[STUB_TABLES], theirs[STUB_TABLES];
	long error;

	for (uint32_t i = 0; i < STUB_TABLES; i++)
		fds[i] = f->tables[i].fd;
	error = handover__give(inj, f->mem, f->base + STUB_SHARED, fds, theirs, STUB_TABLES);
	if (error)
		return hook__fail(f, "it cannot be handed the tables: %s; use --backend=eval",
				  strerror(-error));
	for (uint32_t i = 0; i < STUB_TABLES; i++) {
		uint64_t at = f->base + f->config.table[i];

		if (inject__call(inj, SYS_mmap, at, page_up(f->tables[i].bytes),
				 PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, theirs[i],
				 0) != (long)at)
			error = -1;
	}
	close_theirs(inj, theirs);
	return error ? hook__fail(f, "it cannot map the tables; use --backend=eval") : 0;
}

void hook__unmap_tables(struct hook *f, struct inject *inj)
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
	return hook__fail(f,
			  "the kernel does not trust this machine's time stamp counter, and %s; "
			  "use --usdt",
			  why);
}

/* Tables of the process's own: what they held for an earlier run goes. */
static int map_own(struct hook *f, struct inject *inj)
{
	hook__unmap_tables(f, inj);
	return inject__call(inj, SYS_madvise, f->base + STUB_SHARED, f->shared_bytes,
			    MADV_WIPEONFORK, 0, 0, 0)
		       ? hook__fail(f, "it cannot map the stub's tables; use --usdt")
		       : 0;
}

/* --- and away again ----------------------------------------------------------------------------
 */

static bool may_unmap(const struct inject *inj, uint64_t base, uint64_t bytes)
{
	return lets_pass(inject__seccomp(inj, SYS_munmap, (const uint64_t[6]){base, bytes}));
}

/* What the dispatch table led into is left by every thread at its next step, and called by nothing
 * that lies deeper in a stack. */
static bool unmap(const struct hook *f, struct inject *inj, uint64_t base, uint64_t bytes)
{
	return may_unmap(inj, base, bytes) && !hook__is_called(f, base) &&
	       !inject__may_reach(inj, f->mem, base, base + STUB_SHARED) &&
	       !inject__call(inj, SYS_munmap, base, bytes, 0, 0, 0, 0);
}

int hook__unmap(struct hook *f, struct inject *inj)
{
	if (!f->by_slot && !f->others && f->base && unmap(f, inj, f->base, stub_bytes(f)))
		f->base = 0;
	return 0;
}

void hook__unmap_others(struct hook *f, struct inject *inj)
{
	struct procmaps maps = {0};
	struct stub_config config;
	uint64_t magic;

	procmaps__of_pid(&maps, f->pid);
	for (size_t i = 0; i < maps.n; i++) {
		const uint64_t base = maps.v[i].start;

		if (base != f->base && !strncmp(maps.v[i].path, OURS, sizeof(OURS) - 1) &&
		    procmem__read(f->mem, base, &magic, sizeof(magic)) && magic == STUB_MAGIC &&
		    procmem__read(f->mem, base + STUB_CONFIG, &config, sizeof(config)) &&
		    config.frame_instr && config.bytes >= STUB_SHARED)
			unmap(f, inj, base, config.bytes);
	}
	procmaps__free(&maps);
}

int hook__map(struct hook *f, struct inject *inj)
{
	char name[NAME_BYTES], path[NAME_BYTES + 8];
	struct procmap found = {0};
	unsigned char *image;
	int error;

	if (set_clock(f))
		return -1;
	f->config.bytes = stub_bytes(f);
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
		error = f->config.inlined ? map_tables(f, inj) : map_own(f, inj);
	return error;
}
