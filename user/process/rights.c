/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Read off one directory of /proc, opened once. */
#include "process/rights.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "process/cgroup.h"
#include "process/procmem.h"

#define LANDLOCK_VERSION 1

/* --- what it is -------------------------------------------------------------------------------
 */

/* "R E S F", all of them one. */
static bool read_id(const char *text, unsigned int *id)
{
	unsigned int e, s, f;

	return sscanf(text, "%u %u %u %u", id, &e, &s, &f) == 4 && *id == e && e == s && s == f;
}

static bool read_uid(struct rights_status *s, const char *text)
{
	return read_id(text, &s->uid);
}

static bool read_gid(struct rights_status *s, const char *text)
{
	return read_id(text, &s->gid);
}

static bool read_groups(struct rights_status *s, const char *text)
{
	unsigned int id;

	for (int used = 0; sscanf(text, "%u %n", &id, &used) == 1; text += used)
		*ARR_PUSH(s->groups, s->ngroups) = id;
	return !text[strspn(text, " \t\n")];
}

static bool read_caps(struct rights_status *s, const char *text)
{
	unsigned long long caps;
	bool ok = sscanf(text, "%llx", &caps) == 1;

	s->caps = ok ? caps : 0;
	return ok;
}

static bool read_no_new_privs(struct rights_status *s, const char *text)
{
	return sscanf(text, "%u", &s->no_new_privs) == 1;
}

static bool read_seccomp(struct rights_status *s, const char *text)
{
	return sscanf(text, "%u", &s->seccomp) == 1;
}

static const struct {
	const char *name;
	bool (*read)(struct rights_status *s, const char *text);
} fields[] = {
	{"Uid:", read_uid},
	{"Gid:", read_gid},
	{"Groups:", read_groups},
	{"CapEff:", read_caps},
	{"NoNewPrivs:", read_no_new_privs},
	{"Seccomp:", read_seccomp},
};

#define FIELDS (sizeof(fields) / sizeof(*fields))

bool rights_status__read(struct rights_status *s, FILE *f)
{
	unsigned int found = 0;
	char *line = NULL;
	size_t size = 0;

	*s = (struct rights_status){0};
	while (getline(&line, &size, f) > 0) {
		for (size_t i = 0; i < FIELDS; i++) {
			size_t n = strlen(fields[i].name);

			if (!strncmp(line, fields[i].name, n) && !(found >> i & 1) &&
			    fields[i].read(s, line + n))
				found |= 1u << i;
		}
	}
	free(line);
	return found == (1u << FIELDS) - 1;
}

void rights_status__free(struct rights_status *s)
{
	free(s->groups);
	*s = (struct rights_status){0};
}

static bool read_status(const struct rights *r, struct rights_status *s)
{
	int fd = openat(r->proc, "status", O_RDONLY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	bool ok = f && rights_status__read(s, f);

	if (f)
		fclose(f);
	return ok;
}

static bool same_status(const struct rights_status *a, const struct rights_status *b)
{
	return a->uid == b->uid && a->gid == b->gid && a->caps == b->caps &&
	       a->no_new_privs == b->no_new_privs && a->seccomp == b->seccomp &&
	       a->ngroups == b->ngroups &&
	       (!a->ngroups || !memcmp(a->groups, b->groups, a->ngroups * sizeof(*a->groups)));
}

/* --- what cannot be taken on ------------------------------------------------------------------
 */

static bool same_text(const struct rights *r, const char *name)
{
	int self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char *ours = procfile__text(self, name), *theirs = procfile__text(r->proc, name);
	bool same = !strcmp(ours, theirs);

	if (self >= 0)
		close(self);
	free(ours);
	free(theirs);
	return same;
}

static bool same_label(const struct rights *r)
{
	return same_text(r, "attr/current") && same_text(r, "attr/apparmor/current") &&
	       same_text(r, "attr/smack/current");
}

static bool same_user_namespace(const struct rights *r)
{
	struct stat a, b;

	return !fstatat(r->proc, "ns/user", &a, 0) && !stat("/proc/self/ns/user", &b) &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Landlock shows nowhere, but who comes under it without being root of this or another user
 * namespace has to give up new privileges first. (Root that confines itself is not told.) */
static bool may_be_landlocked(const struct rights *r)
{
	return r->status.no_new_privs &&
	       syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION) > 0;
}

/* A file that gives rights to who runs it is not one to be run with the environment of another. The
 * attributes as known: to ask a file system of the process's own could take for ever. */
static bool gives_rights(int exe)
{
	struct statx sx;

	return statx(exe, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MODE, &sx) ||
	       sx.stx_mode & (S_ISUID | S_ISGID);
}

static const char *confined(const struct rights *r)
{
	if (r->status.seccomp)
		return "a seccomp filter confines it, and no second interpreter may do more";
	if (!same_label(r))
		return "a security module confines it, and no second interpreter may do more";
	if (!same_user_namespace(r))
		return "it has a user namespace of its own, and no second interpreter may do more";
	if (may_be_landlocked(r))
		return "it can gain no privileges, so Landlock may confine it, and no second "
		       "interpreter may do more";
	return gives_rights(r->exe) ? "its executable changes the user" : NULL;
}

/* --- all of it --------------------------------------------------------------------------------
 */

static bool read_limit(const char *text, rlim_t *limit)
{
	unsigned long long number;

	*limit = RLIM_INFINITY;
	if (!strcmp(text, "unlimited"))
		return true;
	if (sscanf(text, "%llu", &number) != 1)
		return false;
	*limit = number;
	return true;
}

/* A line each in the order of their numbers, below a line of titles: a name of 25 characters, soft,
 * hard. (prlimit asks for a right that a root in a container may lack.) */
static bool read_limits(struct rights *r)
{
	char *text = procfile__text(r->proc, "limits"), *next = NULL, *line;
	int n = 0;

	strtok_r(text, "\n", &next);
	while (n < RLIM_NLIMITS && (line = strtok_r(NULL, "\n", &next))) {
		struct rlimit *l = &r->limits[n];
		char soft[24], hard[24];

		if (strlen(line) < 26 || sscanf(line + 26, "%23s %23s", soft, hard) != 2 ||
		    !read_limit(soft, &l->rlim_cur) || !read_limit(hard, &l->rlim_max))
			break;
		n++;
	}
	free(text);
	return n == RLIM_NLIMITS;
}

/* What lives at a number cannot have changed while the directory of the first still answers. */
static bool open_all(struct rights *r, pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", pid);
	r->proc = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r->pidfd = syscall(SYS_pidfd_open, pid, 0);
	if (r->proc < 0 || r->pidfd < 0 || !read_status(r, &r->status))
		return false;
	r->exe = openat(r->proc, "exe", O_PATH | O_CLOEXEC);
	r->root = openat(r->proc, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return r->exe >= 0 && r->root >= 0 && read_limits(r);
}

/* Whether all was read of one program: who runs another has other rights, or had them before. */
static bool is_still(const struct rights *r)
{
	struct rights_status now;
	bool same = read_status(r, &now) && same_status(&now, &r->status);

	rights_status__free(&now);
	return same;
}

int rights__of(struct rights *r, pid_t pid, const char **why)
{
	*r = (struct rights){.proc = -1, .pidfd = -1, .root = -1, .exe = -1};
	*why = "it has ended, or its rights cannot be told";
	if (!open_all(r, pid))
		return -1;
	*why = confined(r);
	if (*why)
		return -1;
	*why = "its control groups cannot be entered";
	if (cgroups__of(&r->cgroups, r->proc))
		return -1;
	*why = "its rights change";
	return is_still(r) ? 0 : -1;
}

void rights__free(struct rights *r)
{
	const int fds[] = {r->proc, r->pidfd, r->root, r->exe};

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	cgroups__close(&r->cgroups);
	rights_status__free(&r->status);
	*r = (struct rights){.proc = -1, .pidfd = -1, .root = -1, .exe = -1};
}
