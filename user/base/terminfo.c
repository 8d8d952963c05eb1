/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/terminfo.h"

#include <curses.h>
#include <term.h>

bool terminfo__open(int fd)
{
	int error;

	return setupterm(NULL, fd, &error) == OK;
}

const char *terminfo__string(const char *name)
{
	const char *text = tigetstr(name);

	return text == (char *)-1 ? NULL : text;
}
