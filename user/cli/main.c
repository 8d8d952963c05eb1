/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Finds the command, parses its options, runs it. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/std.h"
#include "bpfprof/version.h"
#include "cli/opts.h"

const struct command commands[] = {
	{"", "[OPTION]... -p PID | [OPTION]... -- COMMAND [ARG]...",
	 "Says where the time of a Python program goes: every call counted, from outside.",
	 CMD_PROFILE, cmd_profile, false},
	{"top", "top -p PID | top -- COMMAND [ARG]...",
	 "show all functions as they run, on a screen that answers to keys; ? there explains them",
	 CMD_TOP, cmd_top, false},
	{"serve", "serve -p PID | serve -- COMMAND [ARG]...",
	 "answer over HTTP while it runs: metrics for Prometheus, profiles for pprof, events",
	 CMD_SERVE, cmd_serve, false},
	{"agent", "agent --all|--match REGEX|--cgroup PATH|--container NAME --push URL",
	 "profile the Python processes of this machine in turn, and push to Pyroscope, Parca "
	 "or an OpenTelemetry collector",
	 CMD_AGENT, cmd_agent, true},
	{"report", "report FILE...",
	 "print stored profiles again, bpfprof's JSON or cProfile's .prof, - for stdin; several "
	 "are added up",
	 CMD_REPORT, cmd_report, false},
	{"dump", "dump -p PID", "print where all threads of a Python process stand", CMD_DUMP,
	 cmd_dump, true},
	{"probes", "probes -p PID | FILE", "say what can be traced in an interpreter, and why not",
	 CMD_PROBES, cmd_probes, false},
	{"ctl", "ctl -p PID stop | start | clear | track N on | track N off",
	 "switch a program's own blocks (bpfprof.h), in all of its threads at once", CMD_CTL,
	 cmd_ctl, false},
	{"calibrate", "calibrate [COMMAND]",
	 "measure what profiling adds to each call, and keep that for later runs", CMD_CALIBRATE,
	 cmd_calibrate, false},
	{"doctor", "doctor", "say what this kernel and these rights allow", CMD_DOCTOR, cmd_doctor,
	 true},
	{"man", "man [COMMAND]", "print the man page, or a command's, in man(7) format", CMD_DOCTOR,
	 cmd_man, false},
	{"completion", "completion [bash|zsh|fish]", "print completion for a shell (default bash)",
	 CMD_DOCTOR, cmd_completion, false},
	{0},
};

const struct command *command__find(const char *word)
{
	for (const struct command *c = commands + 1; word && c->name; c++) {
		if (!strcmp(c->name, word))
			return c;
	}
	return commands;
}

static int run(const struct command *cmd, struct opts *o)
{
	/* those that measure: the kernel's types are many */
	if (cmd->bit & (CMD_PROFILE | CMD_TOP | CMD_SERVE))
		mem__expect_much();
	return cmd->run(o);
}

#define STACK_LEAST_KIB 128u /* with 64 it died */

static bool lacks_stack(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_STACK, &l) || l.rlim_cur >= STACK_LEAST_KIB << 10)
		return false;
	err("a stack of %u KiB is too small; raise that limit (ulimit -s 8192)",
	    (unsigned int)(l.rlim_cur >> 10));
	return true;
}

int main(int argc, char **argv)
{
	const struct command *cmd = command__find(argc > 1 ? argv[1] : NULL);
	int skip = *cmd->name ? 1 : 0;
	struct opts o;
	int status;

	std__hold();
	json_set_alloc_funcs(xmalloc, free); /* what it cannot allocate it leaves out, in silence */
	if (argc < 2) {
		opts__help(cmd, stderr);
		return STATUS_USAGE;
	}
	status = opts__parse(&o, cmd, argc - skip, argv + skip);
	log_set_level(o.quiet, o.verbose);
	if (!status && o.help)
		opts__help(cmd, stdout);
	else if (!status && o.version)
		printf("bpfprof %s\n", BPFPROF_VERSION);
	else if (!status)
		status = lacks_stack() ? STATUS_FAILED : run(cmd, &o);
	opts__free(&o);
	return status;
}
