/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Prints where every thread of a live process stands. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/dump.h"
#include "cli/opts.h"
#include "process/ownfilter.h"
#include "process/ownrights.h"
#include "process/procmem.h"
#include "process/state.h"
#include "probe/system.h"

static const struct format {
	const char *name;
	int (*write)(const struct dump *d, FILE *out);
} formats[] = {{"text", dump__text}, {"json", dump__json}};

static const struct format *format_of(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (!name || !strcmp(name, formats[i].name))
			return &formats[i];
	}
	return NULL;
}

static int write_all(const struct format *format, const struct interp *in,
		     const struct py_moment *m)
{
	struct dump d = {.in = in, .m = m, .times = m->of};
	int error;

	own_filter__only(0); /* what is left was read from the process */
	dump__list(&d);
	error = format->write(&d, stdout);
	if (fflush(stdout) || error)
		error = err("cannot write the stacks: %s; see where the output goes",
			    strerror(errno));
	dump__free(&d);
	detail("process %d stood still for %.3f ms", in->pid, m->stopped_ns / 1e6);
	if (dump__cut(m->stacks->cut))
		warn("threads are missing: %s", dump__cut(m->stacks->cut));
	return error ? STATUS_FAILED : STATUS_DONE;
}

static int dump(const struct format *format, const struct interp *in, int mem)
{
	struct open_times *times = open_times__new(in->pid, mem);
	struct py_moment *m = py_moment__new();
	int status = STATUS_FAILED;

	if (m && times) {
		m->also = open_times__read;
		m->of = times;
	}
	if (!m)
		err("cannot read process %d: out of memory; free some", in->pid);
	else if (py_moment__take(m, in, mem))
		err("cannot read process %d: %s", in->pid, m->why);
	else
		status = write_all(format, in, m);
	py_moment__free(m);
	open_times__free(times);
	return status;
}

static const char *why_not(int error, const char *why)
{
	if (error == -ENOENT || error == -ESRCH)
		return "there is no such process; check the number with ps";
	if (error == -EACCES || error == -EPERM)
		return own_rights__no_look();
	return why ? why : strerror(-error);
}

static int not_python(pid_t pid)
{
	char *why =
		procstatus__number(pid, "VmSize")
			? xasprintf("it runs no Python, or none yet; see 'bpfprof probes -p %d'",
				    pid)
			: process__why_not(pid, "no Python");

	err("cannot read process %d: %s", pid, why ? why : PROCESS_LEFT);
	free(why);
	return STATUS_FAILED;
}

static int dump_process(const struct format *format, pid_t pid)
{
	struct interp in = {0};
	const char *why = NULL;
	int mem = procmem__open(pid), error, status = STATUS_FAILED;

	if (mem == -ESRCH && procstatus__number(pid, "Tgid"))
		return not_python(pid);
	if (mem < 0) {
		err("cannot read process %d: %s", pid, why_not(mem, NULL));
		return STATUS_FAILED;
	}
	error = interp__of_pid(&in, pid, &why);
	if (error == -ENOENT)
		not_python(pid);
	else if (error)
		err("cannot read process %d: %s", pid, why_not(error, why));
	else
		status = dump(format, &in, mem);
	interp__close(&in);
	close(mem);
	return status;
}

int cmd_dump(struct opts *o)
{
	const struct format *format = format_of(o->format);
	int leader = procstatus__number(o->pid, "Tgid"); /* any thread's number will do */

	own_filter__only(OWN_STOPS);
	if (o->pid && format)
		return system__require_proc() ? STATUS_FAILED
					      : dump_process(format, leader ? leader : (int)o->pid);
	err("dump: give -p PID, and text or json to -f; see 'bpfprof dump --help'");
	return STATUS_USAGE;
}
