/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Processes that are not counted, told by why. */
#include "backend/uncounted.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/profile.h"

#define NAMED 8 /* processes of a reason, and reasons: a pool may have thousands */

struct uncounted_why {
	char *why;
	unsigned int n;
	pid_t pids[NAMED];
};

static struct uncounted_why *find(struct uncounted *u, const char *why)
{
	for (size_t i = 0; i < u->nwhys; i++) {
		if (!strcmp(u->whys[i].why, why))
			return &u->whys[i];
	}
	return NULL;
}

void uncounted__add(struct uncounted *u, pid_t pid, char *why)
{
	const char *text = why ? why : "it ended too soon";
	struct uncounted_why *w = find(u, text);

	u->n++;
	if (!w && u->nwhys < NAMED) {
		w = ARR_PUSH(u->whys, u->nwhys);
		w->why = xstrdup(text);
	}
	if (w && w->n++ < NAMED)
		w->pids[w->n - 1] = pid;
	free(why);
}

static char *append_why(char *text, const struct uncounted_why *w)
{
	text = xappend(text, xasprintf("%s%s (process", *text ? "; " : "", w->why));
	for (unsigned int i = 0; i < w->n && i < NAMED; i++)
		text = xappend(text, xasprintf("%s %d", i ? "," : "", w->pids[i]));
	return xappend(text,
		       w->n > NAMED ? xasprintf(", and %u more)", w->n - NAMED) : xstrdup(")"));
}

char *uncounted__text(const struct uncounted *u)
{
	char *text = xstrdup("");
	unsigned int told = 0;

	for (size_t i = 0; i < u->nwhys; i++) {
		text = append_why(text, &u->whys[i]);
		told += u->whys[i].n;
	}
	return told < u->n ? xappend(text, xasprintf("; %u for other reasons", u->n - told)) : text;
}

void uncounted__note(const struct uncounted *u, const char *one, const char *many,
		     struct profile *p)
{
	char *text;

	if (!u->n)
		return;
	text = uncounted__text(u);
	profile__take_note(p, xasprintf("%u %s: %s", u->n, u->n > 1 ? many : one, text));
	free(text);
}

void uncounted__free(struct uncounted *u)
{
	for (size_t i = 0; i < u->nwhys; i++)
		free(u->whys[i].why);
	free(u->whys);
	*u = (struct uncounted){0};
}
