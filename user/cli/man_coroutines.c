/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The man page's prose on coroutines. */
#include "cli/man.h"

const char man_coroutines[] =
	".SH COROUTINES\n"
	"Each start and resumption of a coroutine is a call. With\n"
	".B \\-\\-coroutines\n"
	"those of one coroutine are followed from the first start to the end too, of functions\n"
	"defined with async def, asynchronous generators included, and of types.coroutine:\n"
	".B \\-f coroutines\n"
	"shows how many ended, how many of them by an exception (raised, cancelled or closed),\n"
	"how many are open, the time elapsed from start to end, how much of it they were running\n"
	"(on a thread's stack, with what they called) and suspended, and how much of that they\n"
	"spent awaiting another coroutine; the rest of it was in a future (a task is one: its\n"
	"coroutine has a row of its own, not beneath who awaits the task), or, of an asynchronous\n"
	"generator, between its items. Beneath each stands what it began and awaited; with\n"
	"\\-\\-paths that is the whole tree of awaits. The times are of those that ended, as\n"
	"measured: no bias is taken off them, and many at a time add up to more than the run "
	"took.\n"
	"A coroutine that is never awaited does not begin. One that had begun before the attach "
	"is\n"
	"counted apart, when it ends; so is one for which the table had no place (which has "
	"room\n"
	"for two to four times N, and for some hundreds at least), which is said as lost too.\n"
	"Up to 3.10, and by usdt, an await that an exception ends is not told from\n"
	"other suspension; nor is any while the program has a profile or trace function. The JSON\n"
	"has all this of functions, edges and paths. Every backend does it; a Python call\n"
	"that is no coroutine's costs the same.\n";
