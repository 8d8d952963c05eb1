/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Prints where every thread of a live process stands. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/dump.h"
#include "cli/opts.h"
#include "process/procmem.h"

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

const char *dump__cut(uint8_t cut)
{
	static const char *const words[] = {
		[PY_CUT_DEEP] = "more than are read",
		[PY_CUT_CYCLE] = "they go round in a circle",
		[PY_CUT_BROKEN] = "the next cannot be read",
	};

	return words[cut];
}

/* --- the threads, in order ----------------------------------------------------------------------
 */

static pid_t leader;

static int by_order(const void *a, const void *b)
{
	const struct dump_thread *x = a, *y = b;
	bool x_first = x->tid == leader, y_first = y->tid == leader;

	if (x_first != y_first)
		return x_first ? -1 : 1;
	if (!x->tid != !y->tid)
		return x->tid ? -1 : 1;
	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

static void read_comm(pid_t pid, struct dump_thread *t)
{
	char path[64];
	char name[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/comm", pid, t->tid);
	f = t->tid ? fopen(path, "re") : NULL;
	if (f && fgets(name, sizeof(name), f))
		t->comm = utf8_from(name, strcspn(name, "\n"), 0);
	if (f)
		fclose(f);
}

static void add(struct dump *d, pid_t tid, const struct py_thread *python,
		const struct moment_thread *native)
{
	struct dump_thread *t = ARR_PUSH(d->threads, d->n);

	*t = (struct dump_thread){tid, python, native, NULL};
	read_comm(d->in->pid, t);
}

static void list_threads(struct dump *d)
{
	const struct py_moment *m = d->m;
	bool *has_python = xcalloc(m->nnatives + 1, sizeof(*has_python));

	for (uint32_t i = 0; i < m->stacks->nthreads; i++) {
		const struct py_thread *t = &m->stacks->threads[i];
		const struct moment_thread *native = py_moment__native(m, t->tid);

		add(d, native ? t->tid : 0, t, native);
		if (native)
			has_python[native - m->natives] = true;
	}
	for (uint32_t i = 0; i < m->nnatives; i++) {
		if (!has_python[i])
			add(d, m->natives[i].tid, NULL, &m->natives[i]);
	}
	free(has_python);
	leader = d->in->pid;
	qsort(d->threads, d->n, sizeof(*d->threads), by_order);
}

/* --- the command ---------------------------------------------------------------------------------
 */

static int write_all(const struct format *format, const struct interp *in,
		     const struct py_moment *m)
{
	struct dump d = {.in = in, .m = m};
	int error;

	list_threads(&d);
	error = format->write(&d, stdout);
	if (fflush(stdout) || error)
		error = err("cannot write the stacks: %s; see where the output goes",
			    strerror(errno));
	for (size_t i = 0; i < d.n; i++)
		free(d.threads[i].comm);
	free(d.threads);
	detail("process %d stood still for %.3f ms", in->pid, m->stopped_ns / 1e6);
	if (dump__cut(m->stacks->cut))
		warn("threads are missing: %s", dump__cut(m->stacks->cut));
	return error ? STATUS_FAILED : STATUS_DONE;
}

static int dump(const struct format *format, const struct interp *in, int mem)
{
	struct py_moment *m = py_moment__new();
	int status = STATUS_FAILED;

	if (!m)
		err("cannot read process %d: out of memory; free some", in->pid);
	else if (py_moment__take(m, in, mem))
		err("cannot read process %d: %s", in->pid, m->why);
	else
		status = write_all(format, in, m);
	py_moment__free(m);
	return status;
}

static const char *why_not(int error, const char *why)
{
	if (error == -ENOENT || error == -ESRCH)
		return "there is no such process; check the number with ps";
	if (error == -EACCES || error == -EPERM)
		return geteuid() ? "it is another user's; run bpfprof as root"
				 : "this sandbox may not trace it; run bpfprof beside it, or with "
				   "CAP_SYS_PTRACE";
	return why ? why : strerror(-error);
}

int cmd_dump(struct opts *o)
{
	const struct format *format = format_of(o->format);
	const char *why = NULL;
	struct interp in = {0};
	int mem, error, status = STATUS_FAILED;

	if (!o->pid || o->nargs || !format) {
		err("dump: give -p PID, and text or json to -f; see 'bpfprof dump --help'");
		return STATUS_USAGE;
	}
	mem = procmem__open(o->pid);
	if (mem < 0) {
		err("cannot read process %u: %s", o->pid, why_not(mem, NULL));
		return STATUS_FAILED;
	}
	error = interp__of_pid(&in, o->pid, &why);
	if (error == -ENOENT)
		err("cannot read process %u: it runs no Python, or none yet; see 'bpfprof probes "
		    "-p %u'",
		    o->pid, o->pid);
	else if (error)
		err("cannot read process %u: %s", o->pid, why_not(error, why));
	else
		status = dump(format, &in, mem);
	interp__close(&in);
	close(mem);
	return status;
}
