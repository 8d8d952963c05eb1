/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The lines of a function, from its first to where they stand no further in than that. */
#include "cli/source.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"

#define LINES_MAX    200 /* of a function */
#define ANYWHERE_MAX 10	 /* of what is no "def": a module, an expression */
#define FILE_MAX     (8l << 20)
#define TEXT_MAX     (16u << 10)

static bool is_python(const char *path)
{
	size_t len = strlen(path);

	return len > 3 && !strcmp(path + len - 3, ".py");
}

/* Links are followed, and what they lead to has the ending too. */
static bool may_be_read(int fd)
{
	char link[64], path[4096];
	struct stat st;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = 0;
	return is_python(path) && !fstat(fd, &st) && S_ISREG(st.st_mode) &&
	       st.st_size <= FILE_MAX && (geteuid() || st.st_mode & S_IROTH);
}

static FILE *open_source(const char *path)
{
	int fd = *path == '/' && is_python(path)
			 ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
			 : -1;

	if (fd >= 0 && may_be_read(fd))
		return fdopen(fd, "r");
	if (fd >= 0)
		close(fd);
	return NULL;
}

struct lines {
	const struct prof_func *f;
	char *text;
	size_t size;
	unsigned int n;
	size_t indent;
	bool in_body; /* the line that has its name was there */
};

static bool is_named(const struct prof_func *f)
{
	return *f->name != '<';
}

/* Whether the line is the function's too. */
static bool goes_on(const struct lines *l, const char *line)
{
	size_t indent = strspn(line, " \t");

	if (!is_named(l->f))
		return l->n < ANYWHERE_MAX;
	if (!l->n || !l->in_body || strchr("\r\n#)]", line[indent]))
		return l->n < LINES_MAX;
	return indent > l->indent && l->n < LINES_MAX;
}

static void add(struct lines *l, const char *line, size_t len)
{
	char *whole = utf8_from(line, len, 0), *more;

	if (!l->n++)
		l->indent = strspn(line, " \t");
	l->in_body |=
		strstr(whole, l->f->name) && (strstr(whole, "def ") || strstr(whole, "class "));
	more = xasprintf("%s%s", l->text ? l->text : "", whole);
	l->size = strlen(more);
	free(l->text);
	free(whole);
	l->text = more;
}

/* Empty lines at the end are between functions. */
static void trim(struct lines *l)
{
	while (l->size && strchr(" \t\r\n", l->text[l->size - 1]))
		l->text[--l->size] = 0;
}

char *source__of(const struct prof_func *f)
{
	FILE *in = f->line ? open_source(f->file) : NULL;
	struct lines l = {.f = f};
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	if (!in)
		return NULL;
	for (uint32_t at = 1; (len = getline(&line, &room, in)) > 0; at++) {
		if (at < f->line)
			continue;
		if (l.size > TEXT_MAX || !goes_on(&l, line))
			break;
		add(&l, line, len);
	}
	free(line);
	fclose(in);
	trim(&l);
	if (l.size && (l.in_body || !is_named(f)))
		return l.text;
	free(l.text);
	return NULL;
}
