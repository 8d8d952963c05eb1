/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From /proc: environment, arguments, control groups. All of it is the process's own word. */
#include "agent/label_set.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "process/insiders.h"
#include "process/procmem.h"

/* --- a set -------------------------------------------------------------------------------------
 */

int label__is_name(const char *name, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (name[i] != '_' && !isalpha((unsigned char)name[i]) &&
		    (!i || !isdigit((unsigned char)name[i])))
			return 0;
	}
	return n && strncmp(name, "__", 2) != 0;
}

static struct label *find(const struct label_set *set, const char *name)
{
	for (size_t i = 0; i < set->n; i++) {
		if (!strcmp(set->v[i].name, name))
			return &set->v[i];
	}
	return NULL;
}

/* Valid UTF-8 of one line. */
static char *clean(const char *value)
{
	char *text = utf8_from(value, strnlen(value, LABEL_MAX), 0);

	for (char *c = text; *c; c++)
		*c = (unsigned char)*c < ' ' || *c == 0x7f ? '_' : *c;
	return text;
}

void label_set__put(struct label_set *set, const char *name, const char *value)
{
	struct label *l = find(set, name);

	if (!l) {
		l = ARR_PUSH(set->v, set->n);
		l->name = xstrdup(name);
	}
	free(l->value);
	l->value = clean(value);
}

const char *label_set__get(const struct label_set *set, const char *name)
{
	const struct label *l = find(set, name);

	return l ? l->value : NULL;
}

void label_set__free(struct label_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		free(set->v[i].name);
		free(set->v[i].value);
	}
	free(set->v);
	*set = (struct label_set){0};
}

/* --- of a process ------------------------------------------------------------------------------
 */

/* Texts one after the other, each with its NUL. */
struct texts {
	char *v;
	size_t n;
};

static struct texts read_texts(pid_t pid, const char *file)
{
	char *path = xasprintf("/proc/%d/%s", pid, file);
	struct texts t;

	t.v = procfile__bytes(AT_FDCWD, path, &t.n);
	free(path);
	return t;
}

static char *next_of(const struct texts *t, const char *at)
{
	const char *next = at ? at + strlen(at) + 1 : t->v;

	return next < t->v + t->n ? (char *)next : NULL;
}

/* The value of a variable, or NULL. */
static const char *variable(const struct texts *environ, const char *name)
{
	const size_t n = strlen(name);

	for (const char *e = next_of(environ, NULL); e; e = next_of(environ, e)) {
		if (!strncmp(e, name, n) && e[n] == '=' && e[n + 1])
			return e + n + 1;
	}
	return NULL;
}

/* Of "a=b,service.version=1.2" the value of service.version; to be freed, or NULL. */
static char *attribute(const char *list, const char *name)
{
	const size_t n = strlen(name);

	while (list && *list) {
		size_t size;

		list += strspn(list, ", ");
		size = strcspn(list, ",");
		if (size > n && !strncmp(list, name, n) && list[n] == '=')
			return strndup(list + n + 1, size - n - 1);
		list += size;
	}
	return NULL;
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* Options of python itself that a value follows as an argument of its own. */
static int takes_value(const char *option)
{
	return !strcmp(option, "-W") || !strcmp(option, "-X");
}

/* The script's or module's name, or that of the program; to be freed. */
static char *program_of(const struct texts *args)
{
	const char *first = next_of(args, NULL), *a = first ? next_of(args, first) : NULL;
	char *name, *dot;

	while (a && *a == '-' && a[1] && strcmp(a, "-m") != 0 && strcmp(a, "-c") != 0)
		a = next_of(args, takes_value(a) && next_of(args, a) ? next_of(args, a) : a);
	if (a && !strcmp(a, "-m"))
		return xstrdup(next_of(args, a) ? next_of(args, a) : "python");
	name = xstrdup(base_of(!a || *a == '-' ? (first ? first : "python") : a));
	dot = strrchr(name, '.');
	if (dot && dot != name && !strcmp(dot, ".py"))
		*dot = '\0';
	return name;
}

static void set_if(struct label_set *set, const char *name, const char *value)
{
	if (value && *value)
		label_set__put(set, name, value);
}

void label_set__of(struct label_set *set, pid_t pid, const char *service)
{
	struct texts args = read_texts(pid, "cmdline"), env = read_texts(pid, "environ");
	const char *attributes = variable(&env, "OTEL_RESOURCE_ATTRIBUTES");
	char *of_attributes = attribute(attributes, "service.name");
	char *version = attribute(attributes, "service.version");
	char *program = program_of(&args), *number = xasprintf("%d", pid), host[256] = "";
	struct whereabouts where;

	whereabouts__of(&where, pid);
	gethostname(host, sizeof(host) - 1);
	set_if(set, LABEL_SERVICE, program);
	set_if(set, LABEL_SERVICE, where.unit);
	set_if(set, LABEL_SERVICE, of_attributes);
	set_if(set, LABEL_SERVICE, variable(&env, "OTEL_SERVICE_NAME"));
	set_if(set, LABEL_SERVICE, service);
	set_if(set, LABEL_VERSION, version);
	set_if(set, LABEL_HOST, host);
	set_if(set, LABEL_PID, number);
	set_if(set, LABEL_CONTAINER, where.container);
	set_if(set, LABEL_POD, where.pod);
	whereabouts__free(&where);
	free(number);
	free(program);
	free(version);
	free(of_attributes);
	free(args.v);
	free(env.v);
}
