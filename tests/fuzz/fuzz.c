/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "model/bias.h"
#include "model/compare.h"
#include "report/filter.h"
#include "report/load.h"
#include "report/report.h"

static char *written(const struct report *r, const struct profile *p, size_t *size)
{
	struct report_opts opts = {.whole = p};
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	report__write(r, p, &opts, out);
	fclose(out);
	return text;
}

static void compare(struct profile *before, struct profile *after)
{
	struct changes *c = changes__between(&before, 1, &after, 1);
	struct report_opts opts = {.whole = after, .changes = c};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	report__write(report__by_name("changes"), after, &opts, out);
	fclose(out);
	free(text);
	changes__free(c);
}

void fuzz__profile(struct profile *p)
{
	const struct report *json = report__by_name("json");
	struct profile *again;
	size_t size, again_size;
	char *text = written(json, p, &size), *copy;

	again = profile__parse("again", text, size);
	if (!again)
		abort();
	copy = written(json, again, &again_size);
	if (size != again_size || memcmp(text, copy, size))
		abort();
	profile__merge(again, p);
	profile__correct(again);
	for (const struct report *r = reports; r->name; r++)
		free(written(r, again, &size));
	profile__free(again);
	again = profile__filtered(p, &(struct filter){.mine = true, .fold = true});
	free(written(report__by_name("table"), again, &size));
	compare(p, again);
	profile__free(again);
	free(text);
	free(copy);
}

void fuzz__written(const struct profile *p)
{
	size_t size;
	char *text = written(report__by_name("json"), p, &size);
	struct profile *again = profile__parse("again", text, size);

	if (!again)
		abort();
	fuzz__profile(again);
	profile__free(again);
	free(text);
}

void fuzz__reader(struct profile *(*parse)(const char *name, const char *bytes, size_t size),
		  const uint8_t *data, size_t size)
{
	char *line = NULL;
	struct profile *p;

	log__hold(&line);
	p = parse("fuzz", (const char *)data, size);
	if (!p != !!line || (line && strchr(line, '\n')))
		abort();
	if (p)
		fuzz__profile(p);
	profile__free(p);
	free(line);
	log__hold(NULL);
}
