/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Lines of a key, figures, and for who reads them backend and version. The file is replaced as a
 * whole. */
#include "bias/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "cpython/interp.h"
#include "model/bias.h"

static uint64_t hash_text(uint64_t h, const char *text)
{
	return hash__add(h, text, strlen(text) + 1);
}

/* The first line of /proc/cpuinfo that names the processor. */
static uint64_t hash_processor(uint64_t h)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
	char line[256];

	while (f && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "model name", 10)) {
			h = hash_text(h, line);
			break;
		}
	}
	if (f)
		fclose(f);
	return h;
}

/* A file is known by what changes with its content. */
static uint64_t hash_file(uint64_t h, const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return h;

	const uint64_t file[] = {st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec};

	return hash__add(h, file, sizeof(file));
}

/* All that the constants depend on. */
static uint64_t key_of(const char *backend, const struct interp *in)
{
	uint64_t h = hash_processor(hash_text(HASH_START, backend));
	struct utsname name;

	if (!uname(&name))
		h = hash_text(hash_text(h, name.release), name.version);
	h = hash_file(hash_file(h, in->open_path), "/proc/self/exe");
	return hash_text(h, in->version_text);
}

static char *directory(void)
{
	const char *given = getenv("BPFPROF_STATE");

	return xstrdup(given && *given ? given : "/var/lib/bpfprof");
}

static char *path_of(void)
{
	char *dir = directory(), *path = xasprintf("%s/constants", dir);

	free(dir);
	return path;
}

static bool parse(const char *line, unsigned long long *key, struct constants *c)
{
	struct prof_bias *b = &c->bias;
	struct prof_pace *p = &b->pace;
	bool whole;
	int nop5;

	*c = (struct constants){0};
	whole = sscanf(line,
		       "%16llx %u %d %lf %lf %lf %lf %lf %lf %lf %" SCNu64
		       " %lf %lf %lf %lf %lf %lf %lf %lf",
		       key, &c->runs, &nop5, &b->inside_ns, &b->outside_ns, &b->first_ns,
		       &b->inside_error, &b->outside_error, &b->first_error, &b->both_error, &p->n,
		       &p->quick_ns, &p->mean_ns, &b->c.inside_ns, &b->c.outside_ns,
		       &b->c.inside_error, &b->c.outside_error, &b->c.both_error,
		       &b->quickest_ns) == 19;

	c->nop5 = (enum session_nop5)nop5;
	b->from = c->runs ? PROF_BIAS_SEEN : PROF_BIAS_STORED;
	/* a release that has been kept what no call can cost */
	return whole && prof_bias__in_range(b) && prof_added__is_possible(&b->python) &&
	       prof_added__is_possible(&b->c) && nop5 >= SESSION_NOP5_UNKNOWN &&
	       nop5 <= SESSION_NOP5_CHEAPER;
}

int constants__load(const char *backend, const struct interp *in, struct constants *c)
{
	char *path = path_of(), line[512];
	unsigned long long key, wanted = key_of(backend, in);
	FILE *f = fopen(path, "re");
	struct constants found;
	int error = -1;

	while (f && error && fgets(line, sizeof(line), f)) {
		if (parse(line, &key, &found) && key == wanted) {
			*c = found;
			error = 0;
		}
	}
	if (f)
		fclose(f);
	free(path);
	return error;
}

static void print(FILE *to, unsigned long long key, const struct constants *c, const char *backend,
		  const char *version)
{
	const struct prof_bias *b = &c->bias;
	const struct prof_pace *p = &b->pace;

	fprintf(to,
		"%016llx %u %d %.3f %.3f %.3f %.3f %.3f %.3f %.3f %" PRIu64
		" %.3f %.3f %.3f %.3f %.3f %.3f %.3f %.3f %s %s\n",
		key, c->runs, c->nop5, b->inside_ns, b->outside_ns, b->first_ns, b->inside_error,
		b->outside_error, b->first_error, b->both_error, p->n, p->quick_ns, p->mean_ns,
		b->c.inside_ns, b->c.outside_ns, b->c.inside_error, b->c.outside_error,
		b->c.both_error, b->quickest_ns, backend, version);
}

/* The lines of others, from the old file to the new one. */
static void keep_others(FILE *from, FILE *to, unsigned long long mine)
{
	struct constants ignored;
	unsigned long long key;
	char line[512];

	while (from && fgets(line, sizeof(line), from)) {
		if (parse(line, &key, &ignored) && key != mine)
			fputs(line, to);
	}
}

/* Who stores waits for others: what was read is to be true still as it is written. Only who may
 * store can hold them up, and closing ends it. -1: nothing can be stored there. */
static int lock(const char *dir)
{
	char *path = xasprintf("%s/constants.lock", dir);
	int fd;

	mkdir(dir, 0755);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	while (fd >= 0 && flock(fd, LOCK_EX) && errno == EINTR)
		continue;
	free(path);
	return fd;
}

static void unlock(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* To be locked. */
static int replace(const char *backend, const struct interp *in, const struct constants *c,
		   const char *dir, const char *path)
{
	char *fresh = xasprintf("%s/constants.%d", dir, getpid());
	unsigned long long key = key_of(backend, in);
	FILE *to = fopen(fresh, "we"), *from = fopen(path, "re");
	int error = 0;

	if (to) {
		keep_others(from, to, key);
		print(to, key, c, backend, in->version_text);
	}
	if (!to || fclose(to) || rename(fresh, path))
		error = errno ? -errno : -EIO;
	if (from)
		fclose(from);
	if (error)
		unlink(fresh);
	free(fresh);
	return error;
}

int constants__store(const char *backend, const struct interp *in, const struct constants *c,
		     char **path)
{
	char *dir = directory();
	int held = lock(dir), error;

	*path = path_of();
	error = replace(backend, in, c, dir, *path);
	unlock(held);
	free(dir);
	return error;
}

/* What a run has measured, with what is kept; *c has that alone. False: what is kept stays. */
static bool combine(struct constants *c, const struct constants *kept)
{
	struct prof_bias measured = c->bias;
	const struct prof_bias *other = &kept->bias;

	if (!kept->runs)
		return false;
	c->runs = kept->runs + 1;
	if (prof_bias__costs_less(&kept->bias, &measured)) {
		c->bias = kept->bias;
		other = &measured;
	}
	prof_bias__widen(&c->bias, other);
	return true;
}

void constants__add(const char *backend, const struct interp *in, const struct prof_bias *measured,
		    enum session_nop5 nop5)
{
	struct constants c = {.bias = *measured, .runs = 1, .nop5 = nop5}, kept;
	char *dir = directory(), *path = path_of();
	int held = lock(dir);

	if (constants__load(backend, in, &kept) || combine(&c, &kept))
		replace(backend, in, &c, dir, path);
	unlock(held);
	free(path);
	free(dir);
}
