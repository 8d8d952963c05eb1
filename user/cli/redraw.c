/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* By what terminfo knows of the terminal. */
#include "cli/redraw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/terminfo.h"

/* The lines, each cleared to its end, and nothing beneath them. */
static void put_lines(const char *text, size_t size, const char *to_eol, const char *to_end,
		      FILE *out)
{
	for (const char *end; size; size -= end - text, text = end) {
		const char *line_end = memchr(text, '\n', size);

		end = line_end ? line_end + 1 : text + size;
		fwrite(text, 1, (line_end ? line_end : end) - text, out);
		if (line_end)
			fprintf(out, "%s\n", to_eol);
	}
	fputs(to_end, out);
}

char *redraw(int fd, char *text, size_t *size, bool first)
{
	const char *clear, *home, *to_eol, *to_end;
	char *drawn = NULL;
	size_t drawn_size;
	FILE *out;

	if (first && !terminfo__open(fd))
		return text;
	clear = terminfo__string("clear");
	home = terminfo__string("home");
	to_eol = terminfo__string("el");
	to_end = terminfo__string("ed");
	if (!clear || !home || !to_eol || !to_end)
		return text;
	out = open_memstream(&drawn, &drawn_size);
	if (!out)
		return text;
	fputs(first ? clear : home, out);
	put_lines(text, *size, to_eol, to_end, out);
	if (fclose(out)) {
		free(drawn);
		return text;
	}
	free(text);
	*size = drawn_size;
	return drawn;
}
