/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The prose of the man page, around the tables that opts.c prints. */
#include "cli/man.h"

const char man_head[] =
	".TH BPFPROF 8 \"\" \"bpfprof " BPFPROF_VERSION "\" \"System administration\"\n"
	".SH NAME\n"
	"bpfprof \\- exact profiler for running Python programs, by BPF\n";

const char man_tail[] =
	".SH EXIT STATUS\n"
	"0 done, 1 failed, 2 wrong usage. A launched program's own status, or death by its own\n"
	"signal, once it ran.\n"
	".SH REPORT\n"
	"The columns are those of Python's pstats: ncalls (all/primitive where they differ),\n"
	"tottime (own), cumtime (with children, outermost activations only). A generator's or\n"
	"coroutine's every start and resume is a call; its creation is not. Calls of C functions\n"
	"are not seen: their time is their Python caller's. Lines that begin with \"Lost:\" name "
	"what\n"
	"could not be counted; without such a line the counts are complete. Frames open at the "
	"end\n"
	"are closed and counted there; frames open at attach are ignored.\n"
	".SH OVERHEAD\n"
	"Each probe is a trap into the kernel: about 0.5 microseconds, two a Python call. Other\n"
	"processes that run the same interpreter pay nothing. \"make bench\" measures it.\n"
	".SH MEMORY\n"
	"Fixed at start by the \\-\\-max options: 64 bytes a pair and 40 a function of a thread,\n"
	"each doubled and rounded up to a power of two, 32 a frame, 304 a code object; about 46 "
	"MiB\n"
	"by default. What does not fit is counted and printed.\n"
	".SH SEE ALSO\n"
	".BR perf (1),\n"
	".BR bpftool (8)\n";
