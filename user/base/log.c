/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One line a message, on stderr. Knows nothing of what it says. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/escape.h"
#include "base/mem.h"
#include "base/progress.h"

static int quiet, verbose;
static _Thread_local char **held; /* NULL: err() prints */

static void say(const char *kind, const char *fmt, va_list ap)
{
	char *text = xvasprintf(fmt, ap), *safe = escaped(text, ESCAPE_TERMINAL);

	progress__step_aside();
	fprintf(stderr, "bpfprof: %s%s\n", kind, safe);
	progress__come_back();
	free(safe);
	free(text);
}

#define SAY(kind)                                                                                  \
	do {                                                                                       \
		va_list ap;                                                                        \
		va_start(ap, fmt);                                                                 \
		say(kind, fmt, ap);                                                                \
		va_end(ap);                                                                        \
	} while (0)

char **log__hold(char **into)
{
	char **before = held;

	held = into;
	return before;
}

static void keep(const char *fmt, va_list ap)
{
	if (!*held)
		*held = xvasprintf(fmt, ap);
}

int err(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (held)
		keep(fmt, ap);
	else
		say("", fmt, ap);
	va_end(ap);
	return -1;
}

void warn(const char *fmt, ...)
{
	SAY("warning: ");
}

void info(const char *fmt, ...)
{
	if (!quiet)
		SAY("");
}

void detail(const char *fmt, ...)
{
	if (verbose)
		SAY("");
}

void log_set_level(int be_quiet, int be_verbose)
{
	quiet = be_quiet;
	verbose = be_verbose;
}
