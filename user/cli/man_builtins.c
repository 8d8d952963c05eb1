/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The man page's prose on C functions. */
#include "cli/man.h"

const char man_builtins[] =
	".SH C FUNCTIONS\n"
	"With \\-\\-builtins C functions have rows too, called what cProfile calls them, as in\n"
	"{built\\-in method builtins.len} and {method 'append' of 'list' objects}, with callers "
	"and\n"
	"callees: a function that sorted() calls for its key stands under sorted(). Counted is "
	"what\n"
	"cProfile counts: calls that Python code makes of functions and methods written in C; not\n"
	"types and other callables, and not what C calls of C or an operator leads to. Works with\n"
	"CPython 3.12 to 3.15 with the GIL, by backend inline; elsewhere a line says why not, and\n"
	"\\-\\-builtins=require ends there.\n"
	".PP\n"
	"bpfprof is then a tool of the process's sys.monitoring, named bpfprof, number 3 or else "
	"4,\n"
	"in each of its interpreters from the next Python function on that is entered there: "
	"calls\n"
	"before that are not seen. Tools of the program's count on beside it; its audit hooks are\n"
	"told of three callbacks that come, and three that go. The tool is given back at the "
	"first\n"
	"call that the interpreter makes after bpfprof has left, has been killed (within two\n"
	"seconds), or, in a forked child, after the fork. Times contain the profiler's own, which "
	"is\n"
	"also added to calls of Python functions: no bias is taken off.\n";
