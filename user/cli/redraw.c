/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* By what terminfo knows of the terminal. */
#include "cli/redraw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/terminfo.h"

/* Rows that n bytes of a line take, its colours aside. */
static int rows_of(const char *line, size_t n, int columns)
{
	int width = 0;

	for (size_t i = 0; i < n; i++) {
		if (line[i] == '\033')
			i += strcspn(&line[i], "m");
		else
			width += (line[i] & 0xc0) != 0x80;
	}
	return width > columns ? (width + columns - 1) / columns : 1;
}

/* The lines that so many rows have room for, each cleared to its end, and nothing beneath them. */
static void put_lines(const char *text, size_t size, struct winsize room, const char *to_eol,
		      const char *to_end, FILE *out)
{
	int rows = room.ws_row;

	for (const char *end; size; size -= end - text, text = end) {
		const char *line_end = memchr(text, '\n', size);

		end = line_end ? line_end + 1 : text + size;
		rows -= rows_of(text, (line_end ? line_end : end) - text, room.ws_col);
		if (room.ws_row && rows < 1) /* the cursor needs one too */
			break;
		fwrite(text, 1, (line_end ? line_end : end) - text, out);
		if (line_end)
			fprintf(out, "%s\n", to_eol);
	}
	fputs(to_end, out);
}

char *redraw(int fd, char *text, size_t *size, bool first, bool last)
{
	struct winsize room = {};
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
	if (last || ioctl(fd, TIOCGWINSZ, &room) || !room.ws_col)
		room.ws_row = 0; /* all of it */
	room.ws_col = room.ws_col ? room.ws_col : 1;
	put_lines(text, *size, room, to_eol, to_end, out);
	if (fclose(out)) {
		free(drawn);
		return text;
	}
	free(text);
	*size = drawn_size;
	return drawn;
}
