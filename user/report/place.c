/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where code comes from. Pure. */
#include "report/place.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/fold.h"

enum place {
	PLACE_OWN,	/* the program's: whatever is none of the others */
	PLACE_SITE,	/* below site-packages or dist-packages */
	PLACE_STANDARD, /* Python's own library */
	PLACE_FROZEN,	/* "<frozen importlib._bootstrap>" */
	PLACE_BUILTIN,	/* no file: C functions, blocks */
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
static enum place place_of(const char *file, const char **rest)
{
	const char *site = below(file, "/site-packages/");
	const char *dist = below(file, "/dist-packages/");

	*rest = file;
	if (!strcmp(file, "~"))
		return PLACE_BUILTIN;
	if (!strncmp(file, "<frozen ", strlen("<frozen ")))
		return PLACE_FROZEN;
	if (site || dist) {
		*rest = site ? site : dist;
		return PLACE_SITE;
	}
	if (below_library(file)) {
		*rest = below_library(file);
		return PLACE_STANDARD;
	}
	return PLACE_OWN;
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

bool place__is_mine(const struct profile *p, const struct prof_func *f)
{
	const char *rest;
	enum place place = place_of(f->file, &rest);

	return place == PLACE_BUILTIN ? is_block(f) : place == PLACE_OWN && !is_text(p, f);
}

bool place__is_c(const struct prof_func *f)
{
	const char *rest;

	return place_of(f->file, &rest) == PLACE_BUILTIN && !is_block(f) &&
	       strcmp(f->name, PROF_HIDDEN);
}

static size_t directory(const char *file, size_t n)
{
	while (n && file[n - 1] != '/')
		n--;
	return n;
}

size_t place__root(const struct profile *p)
{
	const char *first = NULL, *rest;
	size_t n = 0;

	for (size_t i = 0; i < p->nfuncs; i++) {
		const char *file = p->funcs[i].file;
		size_t same = 0;

		if (place_of(file, &rest) != PLACE_OWN || *file != '/')
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

const char *place__short(const char *file, size_t root)
{
	const char *rest;
	enum place place = place_of(file, &rest);

	if (place == PLACE_BUILTIN)
		return "(no file)";
	if (place == PLACE_OWN && *file == '/' && strlen(file) > root)
		rest = file + root;
	return rest;
}

char *place__package(const char *file, size_t root)
{
	const char *name = place__short(file, root);
	size_t n =
		*name == '<' ? strlen(name) : strcspn(name + (*name == '/'), "/") + (*name == '/');
	size_t suffix = strlen(".py");

	if (!name[n] && n > suffix && !strcmp(name + n - suffix, ".py"))
		n -= suffix;
	return xasprintf("%.*s", (int)n, name);
}
