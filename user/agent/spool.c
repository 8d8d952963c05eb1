/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Files "TIME-WRITER.KIND": lines of a name and a value, an empty line, the body. */
#include "agent/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

#define FIRST_LINE  "bpfprof-parcel 1"
#define UNFINISHED  ".new"
#define SIZE_MOST   (1u << 30)
#define TIME_DIGITS 20

/* --- the directory -----------------------------------------------------------------------------
 */

static int cannot_use(const char *path, const char *why)
{
	return err("--spool %s: %s; give a directory of root's own", path, why);
}

/* "TIME-WRITER.KIND", of that kind, or of any (NULL). Of what else is there nothing is ours. */
static bool is_parcel(const char *name, const char *kind)
{
	size_t digits = strspn(name, "0123456789");
	const char *dot = strrchr(name, '.');

	return digits == TIME_DIGITS && name[digits] == '-' && dot &&
	       (!kind || !strcmp(dot + 1, kind));
}

static bool is_unfinished(const char *name, const char *kind)
{
	return !strcmp(name + strspn(name, "0123456789"), kind);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void find(const struct spool *s, bool (*is_one)(const char *name, const char *kind),
		 const char *kind, struct spool_list *list)
{
	int fd = openat(s->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *d;
	struct stat st;

	*list = (struct spool_list){0};
	while (dir && (d = readdir(dir))) {
		if (!is_one(d->d_name, kind) || fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) ||
		    !S_ISREG(st.st_mode))
			continue;
		*ARR_PUSH(list->names, list->n) = xstrdup(d->d_name);
		list->bytes += st.st_size;
	}
	if (dir)
		closedir(dir);
	if (list->n)
		qsort(list->names, list->n, sizeof(*list->names), by_name);
}

/* What a run before this one left in the middle. */
static void sweep(const struct spool *s)
{
	struct spool_list list;

	find(s, is_unfinished, UNFINISHED, &list);
	for (size_t i = 0; i < list.n; i++)
		spool__remove(s, list.names[i]);
	spool_list__free(&list);
}

/* As mkdir -p does it. */
static void make_path(const char *path)
{
	char *copy = xstrdup(path);

	for (char *c = strchr(copy + 1, '/'); *copy && c; c = strchr(c + 1, '/')) {
		*c = '\0';
		mkdir(copy, 0755);
		*c = '/';
	}
	mkdir(copy, 0700);
	free(copy);
}

/* The directory itself, not what a link of that name leads to, as a slash at the end would have it.
 */
static int open_itself(const char *path)
{
	char *copy = xstrdup(path);
	int fd;

	for (char *end = copy + strlen(copy); end - 1 > copy && end[-1] == '/'; end--)
		end[-1] = '\0';
	make_path(copy);
	fd = open(copy, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	free(copy);
	return fd;
}

int spool__open(struct spool *s, const char *path, uint64_t most)
{
	struct stat st;

	*s = (struct spool){.path = path, .most = most};
	s->dir = open_itself(path);
	if (s->dir < 0)
		return cannot_use(path, strerror(errno));
	if (fstat(s->dir, &st) || st.st_uid != geteuid() || st.st_mode & 022)
		cannot_use(path, "others may write there");
	else if (flock(s->dir, LOCK_EX | LOCK_NB))
		cannot_use(path, "another agent has it");
	else if (faccessat(s->dir, ".", W_OK, AT_EACCESS))
		cannot_use(path, strerror(errno));
	else {
		sweep(s);
		return 0;
	}
	close(s->dir);
	return -1;
}

void spool__close(struct spool *s)
{
	close(s->dir);
}

/* --- one in ------------------------------------------------------------------------------------
 */

void parcel__name(struct parcel *p)
{
	unsigned char b[16];

	if (getrandom(b, sizeof(b), 0) != sizeof(b))
		memcpy(b, &p->start_ns, sizeof(p->start_ns));
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	for (size_t i = 0, at = 0; i < sizeof(b); i++) {
		at += snprintf(p->id + at, sizeof(p->id) - at, "%s%02x",
			       i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
	}
}

static void print(const struct parcel *p, FILE *f)
{
	fprintf(f, "%s\nid %s\nstart %" PRIu64 "\nend %" PRIu64 "\n", FIRST_LINE, p->id,
		p->start_ns, p->end_ns);
	for (size_t i = 0; i < p->labels.n; i++)
		fprintf(f, "label %s %s\n", p->labels.v[i].name, p->labels.v[i].value);
	fputc('\n', f);
	fwrite(p->body, 1, p->size, f);
}

int spool__put(const struct spool *s, const char *kind, struct parcel *p)
{
	char *fresh = xasprintf("%d%s", getpid(), UNFINISHED);
	char *name = xasprintf("%0*" PRIu64 "-%d.%s", TIME_DIGITS, p->end_ns, getpid(), kind);
	int fd = openat(s->dir, fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	int error = 0;

	if (f) {
		print(p, f);
		error = ferror(f) ? errno : 0;
		error = fclose(f) && !error ? errno : error;
	} else {
		error = errno;
	}
	if (!error && renameat(s->dir, fresh, s->dir, name))
		error = errno;
	if (error) {
		unlinkat(s->dir, fresh, 0);
		err("--spool %s: a profile is lost: %s; free some space there", s->path,
		    strerror(error));
	}
	free(name);
	free(fresh);
	return error ? -1 : 0;
}

void spool__forget(const struct spool *s, pid_t writer)
{
	char *fresh = xasprintf("%d%s", writer, UNFINISHED);

	unlinkat(s->dir, fresh, 0);
	free(fresh);
}

/* --- one out -----------------------------------------------------------------------------------
 */

void spool__list(const struct spool *s, const char *kind, struct spool_list *list)
{
	find(s, is_parcel, kind, list);
}

void spool_list__free(struct spool_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->names[i]);
	free(list->names);
}

/* All of a file; NULL with errno. */
static char *read_all(int dir, const char *name, size_t *size)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char *all = NULL;
	struct stat st;
	ssize_t got = 1;

	*size = 0;
	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size > SIZE_MOST)
		errno = EBADMSG;
	else
		all = xmalloc(st.st_size + 1);
	while (all && got > 0 && *size < (size_t)st.st_size) {
		got = read(fd, all + *size, st.st_size - *size);
		*size += got > 0 ? got : 0;
	}
	close(fd);
	if (all)
		all[*size] = '\0';
	return all;
}

static void parse_label(struct parcel *p, char *line)
{
	char *blank = strchr(line, ' ');

	if (!blank)
		return;
	*blank = '\0';
	if (label__is_name(line, strlen(line)))
		label_set__put(&p->labels, line, blank + 1);
}

static void parse_line(struct parcel *p, char *line)
{
	if (!strncmp(line, "id ", 3))
		snprintf(p->id, sizeof(p->id), "%s", line + 3);
	else if (!strncmp(line, "start ", 6))
		p->start_ns = strtoull(line + 6, NULL, 10);
	else if (!strncmp(line, "end ", 4))
		p->end_ns = strtoull(line + 4, NULL, 10);
	else if (!strncmp(line, "label ", 6))
		parse_label(p, line + 6);
}

/* Lines to the empty one; what is left is the body, moved to the front. False: that is no parcel.
 */
static bool parse(struct parcel *p, char *all, size_t size)
{
	char *at = all, *end;
	bool first = true;

	while ((end = memchr(at, '\n', all + size - at)) && end != at) {
		*end = '\0';
		if (first && strcmp(at, FIRST_LINE) != 0)
			return false;
		parse_line(p, at);
		first = false;
		at = end + 1;
	}
	if (!end || first || !*p->id)
		return false;
	p->size = all + size - (end + 1);
	p->body = memmove(all, end + 1, p->size);
	return p->size > 0;
}

int spool__get(const struct spool *s, const char *name, struct parcel *p)
{
	size_t size;
	char *all = read_all(s->dir, name, &size);

	*p = (struct parcel){0};
	if (!all)
		return -errno;
	if (parse(p, all, size))
		return 0;
	if (!p->body)
		free(all);
	parcel__free(p);
	return -EBADMSG;
}

void spool__remove(const struct spool *s, const char *name)
{
	unlinkat(s->dir, name, 0);
}

void parcel__free(struct parcel *p)
{
	label_set__free(&p->labels);
	free(p->body);
	*p = (struct parcel){0};
}

/* --- its bound ---------------------------------------------------------------------------------
 */

unsigned int spool__bound(const struct spool *s)
{
	struct spool_list list;
	unsigned int dropped = 0;
	struct stat st;

	spool__list(s, NULL, &list);
	for (size_t i = 0; i < list.n && list.bytes > s->most; i++) {
		if (fstatat(s->dir, list.names[i], &st, AT_SYMLINK_NOFOLLOW))
			continue;
		list.bytes -= st.st_size;
		dropped += !unlinkat(s->dir, list.names[i], 0);
	}
	spool_list__free(&list);
	return dropped;
}
