/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Figures for people. Pure. */
#include "report/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const struct {
	double ns;
	const char *name;
} units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "\u00b5s"}};

/* As many decimals as make three digits. */
static int decimals(double v)
{
	return v < 9.995 ? 2 : v < 99.95 ? 1 : 0;
}

char *units__time(int64_t ns)
{
	double size = fabs((double)ns);
	size_t i = 0;

	/* what would be rounded to 1000 of a unit is 1.00 of the next */
	while (i < 3 && size < units[i].ns * .9995)
		i++;
	if (i == 3)
		return xasprintf("%" PRId64 " ns", ns);
	return xasprintf("%.*f %s", decimals(size / units[i].ns), ns / units[i].ns, units[i].name);
}

char *units__bytes(int64_t n)
{
	static const char *const names[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
	double size = (double)n;
	size_t i = 0;

	for (; i < 5 && size >= 1023.5; i++)
		size /= 1024;
	return xasprintf("%.*f %s", i ? decimals(size) : 0, size, names[i]);
}

char *units__count(uint64_t n)
{
	char *plain = xasprintf("%" PRIu64, n), *out, *to;
	size_t len = strlen(plain);

	out = to = xcalloc(len + len / 3 + 1, 1);
	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*to++ = ',';
		*to++ = plain[i];
	}
	free(plain);
	return out;
}

char *units__share(double share)
{
	if (!(share > 0))
		return xstrdup("");
	return share < .005 ? xstrdup("<1 %") : xasprintf("%.0f %%", 100 * share);
}

char *units__bar(double share, int width)
{
	static const char *const eighths[] = {"",	"\u258f", "\u258e", "\u258d",
					      "\u258c", "\u258b", "\u258a", "\u2589"};
	int n = share > 0 ? lround((share < 1 ? share : 1) * width * 8) : 0;
	char *bar = xcalloc(width + 1, strlen("\u2588")), *to = bar;

	for (int i = 0; i < n / 8; i++)
		to = stpcpy(to, "\u2588");
	stpcpy(to, eighths[n % 8]);
	return bar;
}
