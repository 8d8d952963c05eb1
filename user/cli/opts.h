/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The command line as data: one table of commands, one of options. Parsing, --help and the man
 * page read the same rows.
 */
#ifndef BPFPROF_OPTS_H
#define BPFPROF_OPTS_H

#include <stdbool.h>
#include <stdio.h>

#include "model/compare.h"
#include "probe/session.h"
#include "report/alike.h"
#include "report/report.h"

enum { STATUS_DONE, STATUS_FAILED, STATUS_USAGE, STATUS_WORSE /* than --fail-if allows */ };

struct opts {
	char see[32]; /* "bpfprof report --help": where the command's own options are */
	bool help;
	bool version;
	bool quiet;
	bool verbose;
	bool reverse;
	bool strip_dirs;
	bool no_markers;
	bool no_source; /* in the page */
	bool hist;	/* beside blocks */
	bool fold_recursion;
	bool children;
	bool wait;		      /* for all of them */
	bool no_builtins, mine, fold; /* of functions that are shown */
	unsigned int depth;	      /* of the tree; 0: all */
	double min_percent;
	unsigned int pid; /* the first; 0: none given */
	unsigned int *pids;
	size_t npids;
	const char *cgroup, *container; /* more of them; NULL: none */
	bool in_group;			/* some were found so, and may end before we come */
	double duration;		/* seconds; 0: to the end */
	double interval;   /* seconds between reports while it runs; 0: one at the end */
	double rotate;	   /* seconds of the run in each file; 0: all in one */
	unsigned int keep; /* of these files; 0: all */
	const char *backend;
	const char *backend_by; /* the option that named it, or NULL */
	bool builtins;
	bool all_callables;	   /* types, slot wrappers and other objects too */
	bool needs_builtins;	   /* or else it fails */
	const char *listen;	   /* of serve; NULL: its own choice */
	const char *token_file;	   /* NULL: none */
	const char *format;	   /* NULL: by -o, or pstats */
	char format_by[32];	   /* as it was asked for: "--by process"; to be shown */
	struct restriction *match; /* of agent: of command lines; NULL: any */
	bool all;		   /* of agent: every Python process */
	double every, window;	   /* seconds; 0: its own */
	unsigned int at_once;
	const char *push, *spool, *service, *ca_file;
	unsigned int spool_max; /* MiB */
	double timeout;		/* seconds */
	const char **headers, **labels;
	size_t nheaders, nlabels;
	const char **sort;
	size_t nsort;
	struct restriction *restrictions;
	size_t nrestrictions;
	struct restriction *only, *except; /* regular expressions */
	size_t nonly, nexcept;
	const struct prof_clock **clocks; /* NULL: wall */
	size_t nclocks;
	enum { BIAS_AUTO, BIAS_OFF, BIAS_GIVEN } bias;
	double bias_ns;		      /* where given */
	struct acc_pattern *patterns; /* functions that are blocks */
	size_t npatterns;
	char **track_names; /* of each pattern */
	size_t ntrack_names;
	unsigned int calls, repeats; /* of calibrate; 0: its own */
	struct session_limits limits;
	const char **baselines; /* files to compare with */
	size_t nbaselines;
	struct threshold *thresholds; /* of --fail-if */
	size_t nthresholds;
	const struct changes *changes;	/* to be reported; NULL: none */
	const struct profile *baseline; /* and what with, its runs added up */
	double baseline_scale;
	struct alike alike; /* what makes both sides comparable */
	bool stored;	    /* what is printed is in a file already */
	char **args;	    /* what is left: the command, or files */
	int nargs;
	/* Each -o; stdout where there is none. */
	struct target {
		const char *path; /* NULL: stdout */
		const struct report *report;
	} * targets;
	size_t ntargets;
};

struct command {
	const char *name;  /* "" for profiling itself */
	const char *usage; /* after "bpfprof" */
	const char *help;
	unsigned int bit; /* in struct option_row.commands */
	int (*run)(struct opts *o);
	bool bare; /* takes no arguments */
};

extern const struct command commands[]; /* ends with a NULL name; in main.c */
/* Of that name; the first, which profiles, where there is none. */
const struct command *command__find(const char *word);

/* Parses argv for the command. 0, or STATUS_USAGE after one line of err(). */
int opts__parse(struct opts *o, const struct command *cmd, int argc, char **argv);
/* Finds the format of each target; stdout is one where there is none. 0, or -1 after one line. */
int opts__resolve(struct opts *o);
/* Fills in what others imply, and refuses what would do nothing beside them. 0, or -1 after one
 * line. */
int opts__fit(struct opts *o, const struct command *cmd);
/* Whether that process is one of pids. */
bool opts__name_pid(const struct opts *o, unsigned int pid);
/* The options given that leave functions out of what is shown, or with joining too those that make
 * several one, as "a, b"; to be freed. NULL: none. */
char *opts__hiding(const struct opts *o, bool joining);
/* Whether the order is of reads and writes, which only runs with --io count. */
bool opts__sort_by_bytes(const struct opts *o);
/* Frees the members; *o itself is the caller's. */
void opts__free(struct opts *o);
/* Prints what --help says of a command. */
void opts__help(const struct command *cmd, FILE *out);
void opts__man(FILE *out);				 /* the whole man page, in man(7) macros */
void opts__man_of(const struct command *cmd, FILE *out); /* a command's own */

#define CMD_PROFILE   1u
#define CMD_REPORT    2u
#define CMD_PROBES    4u
#define CMD_DOCTOR    8u
#define CMD_CALIBRATE 16u
#define CMD_CTL	      32u
#define CMD_DUMP      64u
#define CMD_TOP	      128u
#define CMD_SERVE     256u
#define CMD_AGENT     512u
#define CMD_ALL                                                                                    \
	(CMD_PROFILE | CMD_REPORT | CMD_PROBES | CMD_DOCTOR | CMD_CALIBRATE | CMD_CTL | CMD_DUMP | \
	 CMD_TOP | CMD_SERVE | CMD_AGENT)

/* The commands. Each returns a STATUS_, where it failed after one line of err(). */
int cmd_profile(struct opts *o);
int cmd_top(struct opts *o);
int cmd_serve(struct opts *o);
int cmd_agent(struct opts *o);
int cmd_report(struct opts *o);
int cmd_calibrate(struct opts *o);
int cmd_probes(struct opts *o);
int cmd_ctl(struct opts *o);
int cmd_dump(struct opts *o);
int cmd_doctor(struct opts *o);
int cmd_man(struct opts *o);
int cmd_completion(struct opts *o);

#endif
