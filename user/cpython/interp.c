/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which file is the interpreter, which version, which probes. Reads files; touches no process. */
#include "cpython/interp.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "process/elf.h"
#include "cpython/facts.h"
#include "process/procmap.h"

static const struct {
	const char *text, *advice;
} verdicts[] = {
	[USDT_FIRES] = {"function__entry and function__return fire for every call",
			"bpfprof --usdt"},
	[USDT_UNBALANCED] = {"function__entry and function__return fire; what generators leave "
			     "unbalanced (3.15) is settled by the interpreter's frames",
			     "bpfprof --usdt"},
	[USDT_NO_PROBES] =
		{"this build has no function probes (built without --with-dtrace)",
		 "use --backend=eval, or Debian's, Ubuntu's or Fedora's build of CPython 3.8 "
		 "to 3.10 or 3.15"},
	[USDT_RETURN_ONLY] = {"CPython 3.11 fires function__return only, function__entry not "
			      "without sys.setprofile",
			      "use --backend=eval"},
	[USDT_REMOVED] = {"CPython 3.12 to 3.14 have no function probes", "use --backend=eval"},
	[USDT_JIT] = {"the JIT is on (PYTHON_JIT), and calls of compiled code fire no probe",
		      "start the program with PYTHON_JIT=0"},
	[USDT_NO_PYTHON] = {"it is not a Python interpreter", "check the number with ps"},
	[USDT_UNKNOWN] = {"this bpfprof does not know this version of CPython",
			  "use --backend=eval"},
};

const char *usdt_verdict__text(enum usdt_verdict v)
{
	return verdicts[v].text;
}

const char *usdt_verdict__advice(enum usdt_verdict v)
{
	return verdicts[v].advice;
}

static const struct {
	const char *text, *advice;
} eval_verdicts[] = {
	[EVAL_WORKS] = {"the evaluator's slot (PEP 523) can be set", "bpfprof"},
	[EVAL_UNKNOWN] = {"this bpfprof does not know this version of CPython",
			  "use CPython 3.9 to 3.15"},
	[EVAL_OTHER_ARGUMENTS] = {"CPython 3.8's evaluator takes other arguments",
				  "use a build with probes and --usdt, or CPython 3.9 to 3.15"},
	[EVAL_FREE_THREADED] = {"this build has no GIL, and its objects are laid out otherwise",
				"use the default build of the same version"},
	[EVAL_NO_PYTHON] = {"it is not a Python interpreter", "check the number with ps"},
	[EVAL_UNREADABLE] = {"the functions that read the evaluator's slot are missing from this "
			     "build, or compiled in an unknown way",
			     "use an optimised build that exports CPython's symbols"},
	[EVAL_JIT] = {"the JIT is on (PYTHON_JIT), and compiled code does not look at the "
		      "evaluator's slot",
		      "start the program with PYTHON_JIT=0"},
};

const char *eval_verdict__text(enum eval_verdict v)
{
	return eval_verdicts[v].text;
}

const char *eval_verdict__advice(enum eval_verdict v)
{
	return eval_verdicts[v].advice;
}

/* --- version -----------------------------------------------------------------------------------
 */

/* "3.9.2", "3.10.0rc1", "3.11.0+": the whole of s. */
static bool is_version(const char *s, size_t len, unsigned int *major, unsigned int *minor)
{
	char buf[24];
	int at = 0;
	unsigned int micro;

	if (len < 5 || len >= sizeof(buf) || s[0] != '3' || s[1] != '.')
		return false;
	memcpy(buf, s, len);
	buf[len] = '\0';
	if (sscanf(buf, "%u.%u.%u%n", major, minor, &micro, &at) < 3)
		return false;
	return buf[at + strspn(buf + at, "abrc+0123456789")] == '\0';
}

/* Before 3.11 there is no version symbol, but Py_GetVersion's format has PY_VERSION beside it in
 * .rodata: the only string there that is just a version of 3.x. */
static bool version_from_rodata(struct elf *e, struct interp *in)
{
	size_t size;
	uint64_t addr;
	const char *p = elf__section(e, ".rodata", &size, &addr), *end = p ? p + size : NULL;

	while (p && p < end) {
		const char *nul = memchr(p, 0, end - p);
		unsigned int major, minor;

		if (nul && is_version(p, nul - p, &major, &minor)) {
			in->version = major << 8 | minor;
			snprintf(in->version_text, sizeof(in->version_text), "%s", p);
			return true;
		}
		p = nul ? nul + 1 : NULL;
	}
	return false;
}

static void find_version(struct elf *e, struct interp *in)
{
	static const char *const levels[16] = {[0xa] = "a", [0xb] = "b", [0xc] = "rc"};
	uint64_t addr, size, hex = 0;

	if (!elf__symbol(e, "Py_Version", &addr, &size) || !elf__read(e, addr, &hex, 8)) {
		version_from_rodata(e, in);
		return;
	}
	in->version = hex >> 16;
	snprintf(in->version_text, sizeof(in->version_text), "%u.%u.%u",
		 (unsigned)(hex >> 24) & 255, (unsigned)(hex >> 16) & 255,
		 (unsigned)(hex >> 8) & 255);
	if (levels[hex >> 4 & 15])
		snprintf(in->version_text + strlen(in->version_text), 8, "%s%u",
			 levels[hex >> 4 & 15], (unsigned)hex & 15);
}

/* --- probes ------------------------------------------------------------------------------------
 */

static bool environ_has_jit(pid_t pid)
{
	static const char name[] = "PYTHON_JIT=";
	char path[32], *var = NULL;
	size_t size = 0;
	bool on = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	f = pid ? fopen(path, "re") : NULL;
	while (f && getdelim(&var, &size, '\0', f) > 0) {
		if (!strncmp(var, name, sizeof(name) - 1))
			on = strcmp(var + sizeof(name) - 1, "0") && var[sizeof(name) - 1];
	}
	free(var);
	if (f)
		fclose(f);
	return on;
}

static bool has_jit(struct elf *e)
{
	size_t size;
	uint64_t addr;
	const void *rodata = elf__section(e, ".rodata", &size, &addr);

	return rodata && memmem(rodata, size, "PYTHON_JIT", 10);
}

/* 3.13 brought the JIT; its compiled traces pass probes and slots by. */
static bool jit_is_on(struct elf *e, const struct interp *in)
{
	return in->version >= 0x030d && environ_has_jit(in->pid) && has_jit(e);
}

static enum eval_verdict judge_eval(struct elf *e, struct interp *in)
{
	if (!in->layout)
		return EVAL_UNKNOWN;
	if (in->version < 0x0309)
		return EVAL_OTHER_ARGUMENTS;
	if (eval_facts__free_threaded(e))
		return EVAL_FREE_THREADED;
	if (!eval_facts__read(&in->facts, e))
		return EVAL_UNREADABLE;
	return jit_is_on(e, in) ? EVAL_JIT : EVAL_WORKS;
}

static enum usdt_verdict judge_usdt(struct elf *e, const struct interp *in)
{
	enum usdt_verdict by_version;

	if (!in->layout)
		return USDT_UNKNOWN;
	by_version = in->layout->usdt;
	if (by_version != USDT_FIRES && by_version != USDT_UNBALANCED)
		return by_version;
	if (!in->entry.n || !in->ret.n)
		return USDT_NO_PROBES;
	return jit_is_on(e, in) ? USDT_JIT : by_version;
}

/* Reads the interpreter in the file at open_path. -ENOENT: it is none. */
static int examine(struct interp *in, const char *open_path)
{
	struct elf *e = elf__open(open_path);
	uint64_t addr, size;

	if (!e)
		return errno == ENOEXEC ? -ENOENT : -errno;
	if (!elf__symbol(e, "_PyEval_EvalFrameDefault", &addr, &size)) {
		elf__close(e);
		return -ENOENT;
	}
	in->open_path = xstrdup(open_path);
	in->facts.evaluator = addr;
	in->facts.evaluator_offset = elf__offset(e, addr);
	elf__symbol(e, "_PyRuntime", &in->runtime, &size);
	find_version(e, in);
	in->layout = py_layout__find(in->version);
	elf__usdt(e, "python", "function__entry", &in->entry);
	elf__usdt(e, "python", "function__return", &in->ret);
	in->usdt = judge_usdt(e, in);
	in->eval = judge_eval(e, in);
	elf__close(e);
	return 0;
}

/* --- a process ---------------------------------------------------------------------------------
 */

static char *exe_of(pid_t pid)
{
	char link[32], path[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/%d/exe", pid);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < 0)
		return NULL;
	path[n] = '\0';
	return xstrdup(path);
}

static int examine_mapping(struct interp *in, pid_t pid, const struct procmap *m)
{
	char *path = xasprintf("/proc/%d/map_files/%lx-%lx", pid, (unsigned long)m->start,
			       (unsigned long)m->end);
	int error = examine(in, path);

	free(path);
	if (error)
		return error;
	in->path = xstrdup(m->path);
	in->map_start = m->start;
	in->map_offset = m->offset;
	return 0;
}

/* The mapping that holds the probes and not just some other code of the same file. */
static bool covers_sites(const struct interp *in, const struct procmap *m)
{
	uint64_t site = in->entry.n ? in->entry.v[0].offset : m->offset;

	return site >= m->offset && site - m->offset < m->end - m->start;
}

static void choose_mapping(struct interp *in, const struct procmaps *maps)
{
	for (size_t i = 0; i < maps->n; i++) {
		if (strcmp(maps->v[i].path, in->path) || !covers_sites(in, &maps->v[i]))
			continue;
		in->map_start = maps->v[i].start;
		in->map_offset = maps->v[i].offset;
		break;
	}
	for (size_t i = 0; i < maps->n; i++) {
		const struct procmap *m = &maps->v[i];
		uint64_t at = in->facts.evaluator_offset - m->offset;

		if (!strcmp(m->path, in->path) && at < m->end - m->start)
			in->bias = m->start + at - in->facts.evaluator;
	}
}

int interp__of_pid(struct interp *in, pid_t pid, const char **why)
{
	struct procmaps maps = {0};
	int error = procmaps__of_pid(&maps, pid), result = -ENOENT;

	*in = (struct interp){.pid = pid, .exe = exe_of(pid)};
	for (size_t i = 0; i < maps.n && result; i++) {
		/* each file once: it may be mapped in several pieces */
		if (maps.v[i].path[0] != '/' || (i && !strcmp(maps.v[i].path, maps.v[i - 1].path)))
			continue;
		result = examine_mapping(in, pid, &maps.v[i]);
		if (result != -ENOENT && result)
			error = result;
	}
	if (!result)
		choose_mapping(in, &maps);
	procmaps__free(&maps);
	if (!result)
		return 0;
	interp__close(in);
	*why = error ? strerror(-error) : "it is not a Python interpreter";
	return error ? error : -ENOENT;
}

void interp__none(struct interp *in, pid_t pid)
{
	char *exe = exe_of(pid);

	*in = (struct interp){.pid = pid,
			      .exe = exe,
			      .path = xstrdup(exe ? exe : "it"),
			      .usdt = USDT_NO_PYTHON,
			      .eval = EVAL_NO_PYTHON};
}

bool interp__is_python(const struct interp *in)
{
	return in->eval != EVAL_NO_PYTHON;
}

bool interp__is_due(pid_t pid)
{
	char path[32];
	struct elf *e;
	bool due;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	e = elf__open(path);
	due = e && elf__needed_libpython(e);
	elf__close(e);
	return due;
}

/* --- a file ------------------------------------------------------------------------------------
 */

/* The libpython that the executable at path needs, where the dynamic linker would look without
 * RUNPATH: beside it, in ../lib, and in the system's directories. */
static char *find_libpython(const char *path, const char *name)
{
	char *copy = xstrdup(path), *dir = dirname(copy);
	char *tries[] = {
		xasprintf("%s/%s", dir, name),
		xasprintf("%s/../lib/%s", dir, name),
		xasprintf("%s/../lib/x86_64-linux-gnu/%s", dir, name),
		xasprintf("/usr/local/lib/%s", name),
		xasprintf("/usr/lib/x86_64-linux-gnu/%s", name),
		xasprintf("/usr/lib64/%s", name),
		xasprintf("/usr/lib/%s", name),
	};
	char *found = NULL;

	for (size_t i = 0; i < sizeof(tries) / sizeof(*tries); i++) {
		if (!found && !access(tries[i], R_OK))
			found = tries[i];
		else
			free(tries[i]);
	}
	free(copy);
	return found;
}

static char *libpython_of(const char *path)
{
	struct elf *e = elf__open(path);
	const char *name = e ? elf__needed_libpython(e) : NULL;
	char *real = realpath(path, NULL);
	char *found = name && real ? find_libpython(real, name) : NULL;

	elf__close(e);
	free(real);
	return found;
}

int interp__of_file(struct interp *in, const char *path, const char **why)
{
	char *lib = NULL;
	int error;

	*in = (struct interp){.exe = xstrdup(path)};
	error = examine(in, path);
	if (error == -ENOENT && (lib = libpython_of(path)))
		error = examine(in, lib);
	in->path = lib ? lib : xstrdup(path);
	if (!error)
		return 0;
	interp__close(in);
	*why = error == -ENOENT && !access(path, F_OK) ? "it is not a Python interpreter"
						       : strerror(-error);
	return error;
}

void interp__close(struct interp *in)
{
	struct usdt_sites *all[] = {&in->entry, &in->ret};

	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < all[k]->n; i++)
			free(all[k]->v[i].args);
		free(all[k]->v);
	}
	free(in->exe);
	free(in->path);
	free(in->open_path);
	*in = (struct interp){0};
}
