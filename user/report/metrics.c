/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Families, samples and labels. */
#include "report/metrics.h"

#include <stdlib.h>

#include "base/escape.h"

void metrics__family(const char *family, const char *suffix, const char *type, const char *unit,
		     const char *help, FILE *out)
{
	fprintf(out, "# TYPE %s%s %s\n", family, suffix, type);
	if (unit)
		fprintf(out, "# UNIT %s%s %s\n", family, suffix, unit);
	fprintf(out, "# HELP %s%s %s\n", family, suffix, help);
}

/* Quotes and backslashes are escaped there. */
void metrics__label(const char *name, const char *text, FILE *out)
{
	char *safe = escaped(text, ESCAPE_TERMINAL);

	fprintf(out, "%s=\"", name);
	for (const char *c = safe; *c; c++) {
		if (*c == '"' || *c == '\\')
			putc('\\', out);
		putc(*c, out);
	}
	putc('"', out);
	free(safe);
}

void metrics__function(const char *sample, const struct prof_func *f, FILE *out)
{
	fprintf(out, "%s{", sample);
	metrics__label("file", f->file, out);
	fprintf(out, ",line=\"%u\",", f->line);
	metrics__label("function", f->name, out);
}

void metrics__block(const char *sample, const struct profile *p, const struct prof_block *b,
		    FILE *out)
{
	const struct prof_track *t = &p->tracks[b->track];

	fprintf(out, "%s{", sample);
	metrics__label("profiler", t->group ? t->group : "", out);
	fprintf(out, ",track=\"%u\",", t->idx);
	metrics__label("block", b->name, out);
	putc(',', out);
	metrics__label("file", b->file ? b->file : "", out);
	fprintf(out, ",line=\"%u\"} ", b->line);
}
