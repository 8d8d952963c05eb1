/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where code comes from. Pure. */
#include "report/origin.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/fold.h"

enum origin {
	ORIGIN_OWN,	 /* the program's: whatever is none of the others */
	ORIGIN_SITE,	 /* below site-packages or dist-packages */
	ORIGIN_STANDARD, /* Python's own library */
	ORIGIN_FROZEN,	 /* "<frozen importlib._bootstrap>" */
	ORIGIN_BUILTIN,	 /* no file: C functions, blocks */
};

/* Behind the last directory of that name; NULL: there is none. */
static const char *below(const char *file, const char *dir)
{
	const char *found = NULL;

	for (const char *at = file; (at = strstr(at, dir)); at++)
		found = at + strlen(dir);
	return found;
}

/* Behind ".../lib/python3.11/", lib64 too, python3.13t too. */
static const char *below_library(const char *file)
{
	const char *at = below(file, "/python3.");

	if (!at || !isdigit((unsigned char)*at))
		return NULL;
	while (isalnum((unsigned char)*at))
		at++;
	return *at == '/' ? at + 1 : NULL;
}

/* *rest is the path below the place's directory, or file itself. */
static enum origin origin_of(const char *file, const char **rest)
{
	const char *site = below(file, "/site-packages/");
	const char *dist = below(file, "/dist-packages/");

	*rest = file;
	if (!strcmp(file, "~"))
		return ORIGIN_BUILTIN;
	if (!strncmp(file, "<frozen ", strlen("<frozen ")))
		return ORIGIN_FROZEN;
	if (site || dist) {
		*rest = site ? site : dist;
		return ORIGIN_SITE;
	}
	if (below_library(file)) {
		*rest = below_library(file);
		return ORIGIN_STANDARD;
	}
	return ORIGIN_OWN;
}

static bool is_block(const struct prof_func *f)
{
	return !strncmp(f->name, "<block ", strlen("<block "));
}

/* What exec() was given is the library's, which makes functions so, and runs the lines of .pth
 * files; unless it is the program itself, by -c. */
static bool is_text(const struct profile *p, const struct prof_func *f)
{
	const char *command = p->target.command;

	return !strcmp(f->file, "<string>") && command && !strstr(command, " -c ");
}

bool origin__is_mine(const struct profile *p, const struct prof_func *f)
{
	const char *rest;
	enum origin origin = origin_of(f->file, &rest);

	return origin == ORIGIN_BUILTIN ? is_block(f) : origin == ORIGIN_OWN && !is_text(p, f);
}

bool origin__is_c(const struct prof_func *f)
{
	const char *rest;

	return origin_of(f->file, &rest) == ORIGIN_BUILTIN && !is_block(f) &&
	       strcmp(f->name, PROF_HIDDEN);
}

static size_t directory(const char *file, size_t n)
{
	while (n && file[n - 1] != '/')
		n--;
	return n;
}

size_t origin__root(const struct profile *p)
{
	const char *first = NULL, *rest;
	size_t n = 0;

	for (size_t i = 0; i < p->nfuncs; i++) {
		const char *file = p->funcs[i].file;
		size_t same = 0;

		if (origin_of(file, &rest) != ORIGIN_OWN || *file != '/')
			continue;
		if (!first) {
			first = file;
			n = directory(file, strlen(file));
		}
		while (same < n && file[same] == first[same])
			same++;
		n = directory(first, same);
	}
	return n;
}

const char *origin__short(const char *file, size_t root)
{
	const char *rest;
	enum origin origin = origin_of(file, &rest);

	if (origin == ORIGIN_BUILTIN)
		return "(no file)";
	if (origin == ORIGIN_OWN && *file == '/' && strlen(file) > root)
		rest = file + root;
	return rest;
}

char *origin__package(const char *file, size_t root)
{
	const char *name = origin__short(file, root);
	size_t n =
		*name == '<' ? strlen(name) : strcspn(name + (*name == '/'), "/") + (*name == '/');
	size_t suffix = strlen(".py");

	if (!name[n] && n > suffix && !strcmp(name + n - suffix, ".py"))
		n -= suffix;
	return xasprintf("%.*s", (int)n, name);
}
