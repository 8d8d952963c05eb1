/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Lines "key inside outside inside_error outside_error what", the file replaced as a whole. */
#include "bias/store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "cpython/interp.h"

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

/* All that the constants depend on. The interpreter's file is known by what changes with its
 * content. */
static uint64_t key_of(const char *backend, const struct interp *in)
{
	uint64_t h = hash_processor(hash_text(HASH_START, backend));
	struct utsname name;
	struct stat st;

	if (!uname(&name))
		h = hash_text(hash_text(h, name.release), name.version);
	if (!stat(in->open_path, &st)) {
		const uint64_t file[] = {st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec};

		h = hash__add(h, file, sizeof(file));
	}
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

static bool parse(const char *line, unsigned long long *key, struct prof_bias *b)
{
	struct prof_pace *p = &b->pace;

	return sscanf(line, "%16llx %lf %lf %lf %lf %lf %lf %lf %" SCNu64 " %lf %lf", key,
		      &b->inside_ns, &b->outside_ns, &b->first_ns, &b->inside_error,
		      &b->outside_error, &b->first_error, &b->both_error, &p->n, &p->quick_ns,
		      &p->mean_ns) == 11;
}

int constants__load(const char *backend, const struct interp *in, struct prof_bias *bias)
{
	struct prof_bias found = {.from = PROF_BIAS_STORED};
	char *path = path_of(), line[512];
	unsigned long long key, wanted = key_of(backend, in);
	FILE *f = fopen(path, "re");
	int error = -1;

	while (f && error && fgets(line, sizeof(line), f)) {
		if (parse(line, &key, &found) && key == wanted) {
			*bias = found;
			error = 0;
		}
	}
	if (f)
		fclose(f);
	free(path);
	return error;
}

static void print(FILE *to, unsigned long long key, const struct prof_bias *b, const char *backend,
		  const char *version)
{
	const struct prof_pace *p = &b->pace;

	fprintf(to, "%016llx %.3f %.3f %.3f %.3f %.3f %.3f %.3f %" PRIu64 " %.3f %.3f %s %s\n", key,
		b->inside_ns, b->outside_ns, b->first_ns, b->inside_error, b->outside_error,
		b->first_error, b->both_error, p->n, p->quick_ns, p->mean_ns, backend, version);
}

/* The lines of others, from the old file to the new one. */
static void keep_others(FILE *from, FILE *to, unsigned long long mine)
{
	struct prof_bias ignored;
	unsigned long long key;
	char line[512];

	while (from && fgets(line, sizeof(line), from)) {
		if (parse(line, &key, &ignored) && key != mine)
			fputs(line, to);
	}
}

int constants__store(const char *backend, const struct interp *in, const struct prof_bias *bias,
		     char **path)
{
	char *dir = directory(), *fresh = xasprintf("%s/constants.%d", dir, getpid());
	unsigned long long key = key_of(backend, in);
	FILE *to, *from;
	int error = 0;

	*path = path_of();
	mkdir(dir, 0755);
	to = fopen(fresh, "we");
	from = fopen(*path, "re");
	if (to) {
		keep_others(from, to, key);
		print(to, key, bias, backend, in->version_text);
	}
	if (!to || fclose(to) || rename(fresh, *path))
		error = errno ? -errno : -EIO;
	if (from)
		fclose(from);
	if (error)
		unlink(fresh);
	free(fresh);
	free(dir);
	return error;
}
