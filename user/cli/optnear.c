/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What somebody may have meant who mistyped an option. */
#include <string.h>

#include "cli/optrows.h"

#define LONGEST 32

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* How many letters are to be put in, left out or replaced to make b of the n letters at a. */
static unsigned int distance(const char *a, size_t n, const char *b)
{
	unsigned int row[LONGEST + 1], before, above;

	for (size_t k = 0; k <= n; k++)
		row[k] = (unsigned int)k;
	for (; *b; b++) {
		before = row[0]++;
		for (size_t k = 1; k <= n; k++) {
			above = row[k];
			row[k] = least(before + (a[k - 1] != *b), 1 + least(above, row[k - 1]));
			before = above;
		}
	}
	return row[n];
}

const char *option__nearest(unsigned int bit, const char *word)
{
	const size_t n = strcspn(word, "=");
	const char *found = NULL;
	unsigned int most = 2 + (unsigned int)n / 4; /* more letters are another word */

	for (const struct option_row *row = option_rows; row->name && n <= LONGEST; row++) {
		unsigned int d = row->commands & bit ? distance(word, n, row->name) : most;

		if (d >= most)
			continue;
		most = d;
		found = row->name;
	}
	return found;
}
