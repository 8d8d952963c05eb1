/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The lines of a function, from its first to where they stand no further in than that. */
#include "cli/source.h"

#include <fcntl.h>
#include <search.h>
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
#define KEPT_MAX     (64u << 20) /* of files that are kept */
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

struct file {
	char *path;
	char *text;	/* NULL: it cannot be read, or may not */
	size_t *starts; /* of its lines, and at n its end */
	size_t n;	/* lines */
};

struct sources {
	void *files; /* struct file by path, as tsearch has them */
	size_t bytes;
};

static void find_lines(struct file *file, size_t size)
{
	for (size_t at = 0; at < size;) {
		const char *end = memchr(file->text + at, '\n', size - at);

		*ARR_PUSH(file->starts, file->n) = at;
		at = end ? (size_t)(end - file->text) + 1 : size;
	}
	*ARR_PUSH(file->starts, file->n) = size;
	file->n--;
}

static struct file *read_file(const char *path)
{
	struct file *file = xcalloc(1, sizeof(*file));
	FILE *in = open_source(path);
	size_t size = 0;

	file->path = xstrdup(path);
	if (in) {
		file->text = xmalloc(FILE_MAX + 1);
		size = fread(file->text, 1, FILE_MAX, in);
		file->text = xrealloc(file->text, size + 1, 1);
		file->text[size] = 0;
		fclose(in);
	}
	find_lines(file, size);
	return file;
}

static void free_file(void *of)
{
	struct file *file = of;

	free(file->path);
	free(file->text);
	free(file->starts);
	free(file);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static void forget(struct sources *s)
{
	tdestroy(s->files, free_file);
	*s = (struct sources){0};
}

static const struct file *file_of(struct sources *s, char *path)
{
	const struct file key = {.path = path};
	struct file **known = tfind(&key, &s->files, by_path), *file;

	if (known)
		return *known;
	if (s->bytes > KEPT_MAX)
		forget(s);
	file = read_file(path);
	if (tsearch(file, &s->files, by_path)) {
		s->bytes += file->starts[file->n];
		return file;
	}
	free_file(file);
	return NULL;
}

struct sources *sources__new(void)
{
	return xcalloc(1, sizeof(struct sources));
}

void sources__free(struct sources *s)
{
	forget(s);
	free(s);
}

/* Lines of a file, from first to before end. */
struct lines {
	const struct prof_func *f;
	const struct file *file;
	size_t first, end;
	size_t indent; /* of the first */
	bool in_body;  /* the line that has its name was there */
};

static size_t size_of(const struct lines *l)
{
	return l->file->starts[l->end] - l->file->starts[l->first];
}

static bool is_named(const struct prof_func *f)
{
	return *f->name != '<';
}

/* Whether the next line is the function's too. */
static bool goes_on(const struct lines *l)
{
	const char *line = l->file->text + l->file->starts[l->end];
	size_t indent = strspn(line, " \t"), n = l->end - l->first;

	if (l->end == l->file->n || size_of(l) > TEXT_MAX)
		return false;
	if (!is_named(l->f))
		return n < ANYWHERE_MAX;
	if (!n || !l->in_body || strchr("\r\n#)]", line[indent]))
		return n < LINES_MAX;
	return indent > l->indent && n < LINES_MAX;
}

static void add(struct lines *l)
{
	const size_t *at = &l->file->starts[l->end];
	const char *line = l->file->text + at[0];
	char *whole;

	if (l->end++ == l->first)
		l->indent = strspn(line, " \t");
	if (l->in_body)
		return;
	whole = utf8_from(line, at[1] - at[0], 0);
	l->in_body =
		strstr(whole, l->f->name) && (strstr(whole, "def ") || strstr(whole, "class "));
	free(whole);
}

/* Empty lines at the end are between functions. NULL: there are no others. */
static char *trim(char *text)
{
	size_t size = strlen(text);

	while (size && strchr(" \t\r\n", text[size - 1]))
		text[--size] = 0;
	if (size)
		return text;
	free(text);
	return NULL;
}

char *sources__of(void *of, const struct prof_func *f)
{
	const struct file *file = f->line ? file_of(of, f->file) : NULL;
	struct lines l = {.f = f, .file = file, .first = f->line - 1, .end = f->line - 1};

	if (!file || l.first >= file->n)
		return NULL;
	while (goes_on(&l))
		add(&l);
	if (!l.in_body && is_named(f))
		return NULL;
	return trim(utf8_from(file->text + file->starts[l.first], size_of(&l), 0));
}
