/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* All of /proc, by the lines "N:CONTROLLERS:PATH" of each process. */
#include "process/insiders.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "process/procmem.h"

#define MOUNT	   "/sys/fs/cgroup"
#define ID_DIGITS  12 /* an identifier has more */
#define ID_WANTED  4
#define POD_PREFIX "pod"

struct search {
	struct insiders *in;
	const char *wanted;
	/* NULL: all are */
	bool (*is_in)(struct search *s, const char *controllers, const char *path);
	struct whereabouts *where;
};

static bool has_line(struct search *s, char *text)
{
	char *next = NULL;

	for (char *line = strtok_r(text, "\n", &next); line; line = strtok_r(NULL, "\n", &next)) {
		char *controllers = strchr(line, ':');
		char *path = controllers ? strchr(controllers + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = '\0';
		controllers++;
		if (!strncmp(controllers, "name=", 5))
			controllers += 5;
		if (s->is_in(s, controllers, path))
			return true;
	}
	return false;
}

static bool is_inside(struct search *s, int proc, const char *number)
{
	char *file = xasprintf("%s/cgroup", number), *text = procfile__text(proc, file);
	bool is = has_line(s, text);

	free(text);
	free(file);
	return is;
}

static void look_at(struct search *s, int proc, const char *number)
{
	pid_t pid = atoi(number);

	if (pid > 0 && pid != getpid() && (!s->is_in || is_inside(s, proc, number)))
		*ARR_PUSH(s->in->pids, s->in->n) = pid;
}

static void search(struct search *s)
{
	DIR *dir = opendir("/proc");
	struct dirent *d;

	while (dir && (d = readdir(dir)))
		look_at(s, dirfd(dir), d->d_name);
	if (dir)
		closedir(dir);
}

/* --- control groups ----------------------------------------------------------------------------
 */

/* Whether the group below home is the wanted one, or below that. */
static bool is_below(const char *wanted, const char *home, const char *controllers,
		     const char *path)
{
	char *at = xasprintf("%s%s%s", home, controllers, path);
	size_t n = strlen(wanted);
	bool is = !strncmp(at, wanted, n) && (!at[n] || at[n] == '/');

	free(at);
	return is;
}

static bool is_in_group(struct search *s, const char *controllers, const char *path)
{
	return is_below(s->wanted, "", "", path) || is_below(s->wanted, MOUNT, "", path) ||
	       is_below(s->wanted, MOUNT "/unified", "", path) ||
	       is_below(s->wanted, MOUNT "/", controllers, path);
}

/* As the kernel writes it, where it is a directory; to be freed. */
static char *resolved(const char *path)
{
	char *real = realpath(path, NULL);

	if (real && !strncmp(real, MOUNT, sizeof(MOUNT) - 1))
		return real;
	free(real);
	return xasprintf("%s%s", *path == '/' ? "" : "/", path);
}

void insiders__of_cgroup(struct insiders *in, const char *path)
{
	char *wanted = resolved(path);
	struct search s = {.in = in, .wanted = wanted, .is_in = is_in_group};
	size_t n = strlen(wanted);

	*in = (struct insiders){0};
	while (n && wanted[n - 1] == '/')
		wanted[--n] = '\0';
	search(&s);
	free(wanted);
}

/* --- containers --------------------------------------------------------------------------------
 */

/* What the group of a container is called around its name or identifier. */
static const char *const befores[] = {"docker-",  "libpod-",  "cri-containerd-", "crio-",
				      "nerdctl-", "machine-", "lxc.payload.",	 NULL};
static const char *const behinds[] = {".scope", ".slice", ".service", NULL};

/* A group's name without that; to be freed. */
static char *bare(const char *group, size_t size)
{
	char *name = strndup(group, size), *colon = strrchr(name, ':'), *whole = name;

	for (const char *const *b = behinds; *b; b++) {
		size_t n = strlen(name), k = strlen(*b);

		if (n > k && !strcmp(name + n - k, *b))
			name[n - k] = '\0';
	}
	if (colon) /* systemd's driver of containerd: SLICE:cri-containerd:ID */
		name = colon + 1;
	for (const char *const *b = befores; *b; b++) {
		if (!strncmp(name, *b, strlen(*b)))
			name += strlen(*b);
	}
	name = xstrdup(name);
	free(whole);
	return name;
}

static size_t hex_digits(const char *text)
{
	size_t n = 0;

	while (isxdigit((unsigned char)text[n]))
		n++;
	return text[n] ? 0 : n;
}

/* What stands behind the last "pod" of a name; NULL: there is none. */
static const char *uid_in(const char *name)
{
	const char *uid = strstr(name, POD_PREFIX), *next;

	while (uid && (next = strstr(uid + 1, POD_PREFIX)))
		uid = next;
	return uid ? uid + strlen(POD_PREFIX) : NULL;
}

/* The UID of a pod, of which systemd's slices have _ in place of -. */
static bool is_pod(const char *name, const char *wanted)
{
	const char *uid = uid_in(name);

	if (!uid || !*wanted)
		return false;
	for (; *uid && *wanted; uid++, wanted++) {
		if (*uid != *wanted && !(*uid == '_' && *wanted == '-'))
			return false;
	}
	return !*uid && !*wanted;
}

static bool is_called(const char *name, const char *wanted)
{
	size_t n = strlen(wanted);

	return !strcmp(name, wanted) || is_pod(name, wanted) ||
	       (n >= ID_WANTED && hex_digits(name) > ID_DIGITS && !strncmp(name, wanted, n));
}

static void remember(struct insiders *in, const char *name)
{
	if (!in->is)
		in->is = xstrdup(name);
	else if (!in->other && strcmp(in->is, name) != 0)
		in->other = xstrdup(name);
}

static bool is_in_container(struct search *s, const char *controllers, const char *path)
{
	bool is = false;

	(void)controllers;
	while (*path && !is) {
		size_t n;
		char *name;

		path += strspn(path, "/");
		n = strcspn(path, "/");
		name = bare(path, n);
		is = n && (is_called(name, s->wanted) ||
			   (strlen(s->wanted) == n && !strncmp(path, s->wanted, n)));
		if (is)
			remember(s->in, name);
		free(name);
		path += n;
	}
	return is;
}

void insiders__of_container(struct insiders *in, const char *name)
{
	struct search s = {.in = in, .wanted = name, .is_in = is_in_container};

	*in = (struct insiders){0};
	search(&s);
}

/* --- where one is ------------------------------------------------------------------------------
 */

#define UID_CHARS 32 /* a pod's has no fewer, with - or without */

static void replace(char **text, const char *by, size_t n)
{
	free(*text);
	*text = strndup(by, n);
}

static void note_pod(struct whereabouts *w, const char *name)
{
	const char *uid = uid_in(name);

	if (!uid || strlen(uid) < UID_CHARS)
		return;
	replace(&w->pod, uid, strlen(uid));
	for (char *c = w->pod; *c; c++)
		*c = *c == '_' ? '-' : *c;
}

/* One group of the path, of which a later one is further in. */
static void note_group(struct whereabouts *w, const char *group, size_t n)
{
	static const char service[] = ".service";
	const size_t k = strlen(service);
	char *name = bare(group, n);

	if (hex_digits(name) > ID_DIGITS)
		replace(&w->container, name, strlen(name));
	note_pod(w, name);
	/* those of a user's session are no service of the machine's */
	if (n > k && !strncmp(group + n - k, service, k) && strncmp(group, "user@", 5) != 0)
		replace(&w->unit, group, n - k);
	free(name);
}

static bool note_line(struct search *s, const char *controllers, const char *path)
{
	(void)controllers;
	for (size_t n; *path; path += n) {
		path += strspn(path, "/");
		n = strcspn(path, "/");
		if (n)
			note_group(s->where, path, n);
	}
	return false;
}

void whereabouts__of(struct whereabouts *w, pid_t pid)
{
	struct search s = {.is_in = note_line, .where = w};
	char *path = xasprintf("/proc/%d/cgroup", pid), *text = procfile__text(AT_FDCWD, path);

	*w = (struct whereabouts){0};
	has_line(&s, text);
	free(text);
	free(path);
}

void whereabouts__free(struct whereabouts *w)
{
	free(w->container);
	free(w->pod);
	free(w->unit);
}

void insiders__of_machine(struct insiders *in)
{
	struct search s = {.in = in};

	*in = (struct insiders){0};
	search(&s);
}

void insiders__free(struct insiders *in)
{
	free(in->pids);
	free(in->is);
	free(in->other);
}
