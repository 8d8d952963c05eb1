/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Says what can be traced: "probes" of an interpreter, "doctor" of this machine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/capture.h"
#include "base/escape.h"
#include "base/log.h"
#include "hook/hook.h"
#include "process/ownfilter.h"
#include "process/seccomp.h"
#include "process/state.h"
#include "cli/opts.h"
#include "cpython/interp.h"
#include "cpython/optable.h"
#include "cpython/traceback.h"
#include "cpython/tstate.h"
#include "probe/system.h"

static void print_site(const struct usdt_site *site, const char *before)
{
	char *args = escaped(site->args, ESCAPE_TERMINAL);

	printf("%sat 0x%llx, arguments %s\n", before, (unsigned long long)site->offset, args);
	free(args);
}

static void print_sites(const char *probe, const struct usdt_sites *sites)
{
	printf("  %-18s", probe);
	if (!sites->n)
		printf("absent\n");
	for (size_t i = 0; i < sites->n; i++)
		print_site(&sites->v[i], i ? "                    " : "");
}

static void print_traceback(const struct interp *in)
{
	struct traceback_entry t;
	const char *why;

	if (traceback_entry__find(&t, in, &why))
		printf("exceptions:  no exact times: %s\n", why);
	else
		printf("exceptions:  PyTraceBack_Here at 0x%llx, %u bytes to move%s\n",
		       (unsigned long long)t.addr, t.size, t.hooked ? ", hooked now" : "");
}

static void print_tstate(const struct interp *in)
{
	struct tstate_way w;
	const char *why;

	if (tstate_way__find(&w, in, &why))
		printf("thread:      its state is not found: %s\n", why);
	else if (w.how == TSTATE_THREADS)
		printf("thread:      its state is at %%fs:%lld\n", (long long)w.arg);
	else
		printf("thread:      its state is %s 0x%llx\n",
		       w.how == TSTATE_CALL ? "what a call gives of" : "at",
		       (unsigned long long)w.arg);
}

static void print_table(const struct interp *in)
{
	struct optable t;
	const char *why;

	if (optable__find(&t, in, &why)) {
		printf("table:       none: %s\n", why);
		return;
	}
	printf("table:       dispatch table at 0x%llx, %u entries to hook",
	       (unsigned long long)t.addr, t.nhooks);
	if (t.hooked)
		printf(", %u of them hooked now", t.hooked);
	putchar('\n');
	print_traceback(in);
	print_tstate(in);
}

/* What stands in a backend's way, or nothing; and what to do. */
static void print_backend(const struct backend *b, const struct interp *in)
{
	char *why = b->refusal(in);

	printf("  %-9s%s%s\n", b->name, why ? "no: " : "yes: ", why ? why : b->reason);
	free(why);
}

/* Whether its functions can be profiled, and how that would be. */
static void print_verdict(const struct interp *in)
{
	const struct backend *const *b = backends;
	char *why;

	while (*b && *b != &backend_markers && (why = (*b)->refusal(in))) {
		free(why);
		b++;
	}
	if (*b && *b != &backend_markers)
		printf("verdict:     can be profiled; bpfprof takes backend %s\n", (*b)->name);
	else
		printf("verdict:     its functions cannot be profiled; the backends say why\n");
}

static void print_interp(const struct interp *in)
{
	char *path = escaped(in->path, ESCAPE_TERMINAL);

	printf("interpreter: %s\nversion:     CPython %s\n", path,
	       *in->version_text ? in->version_text : "unknown");
	free(path);
	print_verdict(in);
	printf("backends:\n");
	for (const struct backend *const *b = backends; *b; b++)
		print_backend(*b, in);
	printf("what bpfprof looks for in it, and where:\nprobes:\n");
	print_sites("function__entry", &in->entry);
	print_sites("function__return", &in->ret);
	if (in->pid && in->eval == EVAL_WORKS)
		printf("slot:        %s\n", hook__look(in));
	if (in->pid && seccomp__mode(in->pid))
		printf("seccomp:     on; whether its filters let inline and eval in is asked at "
		       "attach, of the filters\n");
	print_table(in);
}

static bool is_script(const char *path)
{
	FILE *f = fopen(path, "r");
	bool is = f && getc(f) == '#' && getc(f) == '!';

	if (f)
		fclose(f);
	return is;
}

static int cannot_look(const struct opts *o, const char *why)
{
	char *of = o->pid ? process__why_not(o->pid, "no Python interpreter") : NULL;

	if (o->pid)
		err("cannot look at process %u: %s", o->pid, of);
	else if (is_script(o->args[0]))
		err("cannot look at %s: it is a script; give the python executable that it runs",
		    o->args[0]);
	else
		err("cannot look at %s: %s; give a python executable or libpython", o->args[0],
		    why);
	free(of);
	return STATUS_FAILED;
}

int cmd_probes(struct opts *o)
{
	struct interp in = {0};
	const char *why = "";
	int error;

	if (!o->pid == (o->nargs != 1)) {
		err("probes: give either -p PID or one file; see 'bpfprof probes --help'");
		return STATUS_USAGE;
	}
	own_filter__only(0);
	error = o->pid ? interp__of_pid(&in, o->pid, &why) : interp__of_file(&in, o->args[0], &why);
	if (!error)
		print_interp(&in);
	interp__close(&in);
	return error ? cannot_look(o, why) : STATUS_DONE;
}

static const char *verdict_of(const struct system_check *c, int error)
{
	if (!error)
		return "ok";
	if (!c->required)
		return "note";
	return system__cannot_tell(c, error) ? "unknown" : "missing";
}

int cmd_doctor(struct opts *o)
{
	int status = STATUS_DONE;

	(void)o;
	for (const struct system_check *c = system_checks; c->name; c++) {
		int error = system__check(c);

		printf("%-9s %-22s %s", verdict_of(c, error), c->name, c->title);
		if (error)
			printf(": %s; %s", strerror(-error), system__advice(c, error));
		putchar('\n');
		if (error && c->required)
			status = STATUS_FAILED;
	}
	puts(status ? "bpfprof cannot trace here: see what is missing"
		    : "bpfprof can trace here; 'bpfprof probes -p PID' looks at a process");
	return status;
}

int cmd_man(struct opts *o)
{
	if (!o->nargs) {
		opts__man(stdout);
		return STATUS_DONE;
	}
	for (const struct command *c = commands + 1; c->name && o->nargs == 1; c++) {
		if (!strcmp(c->name, o->args[0])) {
			opts__man_of(c, stdout);
			return STATUS_DONE;
		}
	}
	err("man: give no command, or one of those that 'bpfprof --help' lists");
	return STATUS_USAGE;
}
