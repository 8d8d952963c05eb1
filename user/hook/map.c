/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The stub's pages in the process: how they get there. */
#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
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
	struct stub_head head;

	if (procmem__read(f->mem, stub, &head, sizeof(head)) && head.magic == STUB_MAGIC)
		procmem__read(f->mem, stub + head.state, &deadline, sizeof(deadline));
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

int hook__not_alone(struct hook *f)
{
	pid_t other = others__in(f->pid);
	char who[32] = "", report[64] = "";

	if (other)
		snprintf(who, sizeof(who), ", process %d", other);
	if (other && others__reports(other))
		snprintf(report, sizeof(report), ", or have it report and go on with kill -USR1 %d",
			 other);
	return hook__fail(f, "another bpfprof is profiling it%s; wait for that to end%s", who,
			  report);
}

bool hook__is_alone(struct hook *f, bool waits)
{
	struct procmaps maps = {0};
	bool alive = false;

	f->stubs = 0;
	procmaps__of_pid(&maps, f->pid);
	for (size_t i = 0; i < maps.n && !alive; i++) {
		if (strncmp(maps.v[i].path, OURS, sizeof(OURS) - 1))
			continue;
		f->stubs++;
		if (waits)
			wait_for_end(f, maps.v[i].start);
		alive = hook__is_alive(f, maps.v[i].start);
	}
	procmaps__free(&maps);
	if (alive)
		hook__not_alone(f);
	return !alive;
}

/* What the file is to hold: the code, then the constants. */
static unsigned char *image_of(const struct hook *f)
{
	unsigned char *image = xcalloc(1, STUB_PATHS);
	struct stub_head *head = (struct stub_head *)image;

	memcpy(image, stub_image, stub_image_end - stub_image);
	head->layout = STUB_LAYOUT;
	head->state = STUB_STATE;
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

/* A signal would tell what a write beyond it is. */
static bool is_too_large(size_t bytes)
{
	struct rlimit file;

	return !getrlimit(RLIMIT_FSIZE, &file) && file.rlim_cur < bytes;
}

/* Ours alone until it is sealed: nobody can put another file in its place while we write. */
static int make_file(const char *name, const unsigned char *image)
{
	const int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
	const unsigned int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int fd, error = 0;

	if (is_too_large(STUB_PATHS))
		return -EFBIG;
	fd = memfd_create(name, flags | MFD_NOEXEC_SEAL);
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

static long map_at(struct hook *f, struct inject *inj, uint64_t at)
{
	return inject__call(inj, SYS_mmap, at, stub_bytes(f), PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
				    (at ? MAP_FIXED_NOREPLACE : 0),
			    -1, 0);
}

/* Memory for the stub: where the process has room, or near what has to jump to it. */
static long map_near(struct hook *f, struct inject *inj)
{
	long base = map_at(f, inj, f->config.traceback_back ? f->hole : 0);

	if (base != -EEXIST)
		return base;
	hook__find_hole(f); /* it has mapped something there meanwhile */
	return f->hole ? map_at(f, inj, f->hole) : base;
}

/* The process's descriptor of the stub's file. */
static int hand_over(struct hook *f, struct inject *inj, int file, uint64_t at,
		     struct handed *given)
{
	int error = handover__give(inj, f->mem, at, &file, 1, given);

	return error ? hook__not_handed(f, error, "the stub", "--usdt") : 0;
}

/* The file as code at base. 0, or -1 with f->why, and then nothing is mapped there.
 */
static int map_code(struct hook *f, struct inject *inj, uint64_t base, const unsigned char *image,
		    const struct handed *given)
{
	long code = inject__call(inj, SYS_mmap, base, STUB_PATHS, PROT_READ | PROT_EXEC,
				 MAP_PRIVATE | MAP_FIXED, given->fds[0], 0);

	if (code != (long)base)
		hook__fail(f, "it may not map executable memory: %s; its sandbox forbids it",
			   strerror(-code));
	else if (is_intact(f, base, image))
		return 0;
	else
		hook__fail(f, "a process that shares its files or memory has put something else "
			      "in the stub's place; end that first");
	return -1;
}

static int map_stub(struct hook *f, struct inject *inj, const unsigned char *image,
		    const char *name, struct handed *given)
{
	int file = make_file(name, image), error;
	long base;

	if (file < 0)
		return hook__fail(f, "no file of memory for the stub: %s; %s", strerror(-file),
				  file == -EFBIG ? "raise the limit of file sizes (ulimit -f)"
						 : "free some memory");
	base = map_near(f, inj);
	if (base < 0 && base > -4096) {
		close(file);
		return hook__fail(f, "it cannot map %lu bytes: %s; free some of its memory",
				  (unsigned long)stub_bytes(f), strerror(-base));
	}
	error = hand_over(f, inj, file, base + STUB_CALLS, given);
	close(file);
	if (!error)
		error = map_code(f, inj, base, image, given);
	if (error)
		inject__call(inj, SYS_munmap, base, stub_bytes(f), 0, 0, 0, 0);
	else
		f->base = base;
	return error;
}

/* --- what comes behind the code -----------------------------------------------------------------
 */

static void add_wipe(struct hook_calls *c, uint64_t at, uint64_t bytes)
{
	hook_calls__add(c, SYS_madvise, (uint64_t[6]){at, bytes, MADV_WIPEONFORK});
}

/* Tables of the process's own: what they held for an earlier run goes. */
static void add_own(const struct hook *f, struct hook_calls *c)
{
	const uint64_t at = f->base + STUB_SHARED;

	hook_calls__add(
		c, SYS_mmap,
		(uint64_t[6]){at, f->shared_bytes, PROT_READ | PROT_WRITE, HOOK_PRIVATE, -1ull});
	add_wipe(c, at, f->shared_bytes);
}

static int map_rest(struct hook *f, struct inject *inj, const struct handed *given, bool found)
{
	struct hook_calls c = {0};

	if (!found)
		add_wipe(&c, f->base + STUB_STATE, STUB_SHARED - STUB_STATE);
	if (f->shared_bytes && !f->config.inlined)
		add_own(f, &c);
	hook_calls__add_closes(&c, given);
	return hook_calls__make(&c, f, inj)
		       ? hook__fail(f, "it cannot map the stub's tables; use --usdt")
		       : 0;
}

void hook__unmap_tables(struct hook *f, struct inject *inj)
{
	inject__call(inj, SYS_mmap, f->base + STUB_SHARED, f->shared_bytes, PROT_READ | PROT_WRITE,
		     HOOK_PRIVATE, -1, 0);
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

/* --- and away again ----------------------------------------------------------------------------
 */

/* What the dispatch table led into is left by every thread at its next step, and called by nothing
 * that lies deeper in a stack. */
static bool unmap(const struct hook *f, struct inject *inj, uint64_t base, uint64_t bytes)
{
	return !hook__is_called(f, base) &&
	       !inject__may_reach(inj, f->mem, base, base + STUB_SHARED) &&
	       !inject__call(inj, SYS_munmap, base, bytes, 0, 0, 0, 0);
}

void hook__unmap_unused(struct hook *f, struct inject *inj)
{
	if (!inject__call(inj, SYS_munmap, f->base, stub_bytes(f), 0, 0, 0, 0))
		f->base = 0;
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

	if (f->stubs)
		procmaps__of_pid(&maps, f->pid);
	for (size_t i = 0; i < maps.n; i++) {
		const uint64_t base = maps.v[i].start;

		if (base != f->base && !strncmp(maps.v[i].path, OURS, sizeof(OURS) - 1) &&
		    hook__is_stub(f->mem, base) &&
		    procmem__read(f->mem, base + STUB_CONFIG, &config, sizeof(config)) &&
		    config.frame_instr && config.bytes >= STUB_SHARED)
			unmap(f, inj, base, config.bytes);
	}
	procmaps__free(&maps);
}

/* Whether it is there already: f->base then. */
static bool find_stub(struct hook *f, const unsigned char *image, const char *name)
{
	char path[NAME_BYTES + 8];
	struct procmap found = {0};

	snprintf(path, sizeof(path), "/memfd:%s", name);
	if (!f->stubs || procmap__find(f->pid, path, &found) || !is_intact(f, found.start, image))
		return false;
	f->base = found.start;
	return true;
}

static int map(struct hook *f, struct inject *inj, const unsigned char *image, const char *name)
{
	const bool found = f->was_mapped = find_stub(f, image, name);
	struct handed given = {0};
	int error;

	if (found && !f->shared_bytes)
		return 0;
	error = hook__ask_seccomp(f, inj);
	if (!error)
		error = found ? 0 : map_stub(f, inj, image, name, &given);
	if (!error)
		error = map_rest(f, inj, &given, found);
	if (error && !found && f->base) {
		inject__call(inj, SYS_munmap, f->base, stub_bytes(f), 0, 0, 0, 0);
		f->base = 0;
	}
	return error;
}

int hook__map(struct hook *f, struct inject *inj)
{
	char name[NAME_BYTES];
	unsigned char *image;
	int error;

	if (set_clock(f))
		return -1;
	f->config.bytes = stub_bytes(f);
	image = image_of(f);
	name_of(image, name);
	error = map(f, inj, image, name);
	free(image);
	return error;
}
