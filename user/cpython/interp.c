/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which file is the interpreter, which version, which probes. Reads files; touches no process. */
#include "cpython/interp.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arch/names.h"
#include "base/mem.h"
#include "process/elf.h"
#include "process/procmap.h"
#include "process/procmem.h"
#include "process/state.h"
#include "cpython/facts.h"
#include "cpython/verdicts.h"
#include "cpython/version.h"

/* The row of its version and build, where what it says of itself agrees. */
static const struct py_layout *layout_of(struct elf *e, uint16_t version)
{
	const struct py_layout *l = eval_facts__free_threaded(e) ? py_layout__free_threaded(version)
								 : py_layout__find(version);

	return l && eval_facts__agree(l, e) ? l : NULL;
}

/* Python before 3.6, which nothing else is known of, evaluates frames by the second. */
static bool is_interpreter(struct elf *e)
{
	uint64_t addr, size;

	return elf__symbol(e, "_PyEval_EvalFrameDefault", &addr, &size) ||
	       elf__symbol(e, "PyEval_EvalFrameEx", &addr, &size);
}

/* Reads the interpreter in the file at open_path, which is called path. -ENOENT: it is none. */
static int examine(struct interp *in, const char *open_path, const char *path)
{
	struct elf *e = elf__open(open_path);
	uint64_t size;
	bool facts_known;

	if (!e)
		return errno == ENOEXEC ? -ENOENT : -errno;
	if (!is_interpreter(e)) {
		elf__close(e);
		return -ENOENT;
	}
	in->open_path = xstrdup(open_path);
	elf__symbol(e, "_PyRuntime", &in->runtime, &size);
	in->version = version__of(e, path, in->version_text);
	in->layout = layout_of(e, in->version);
	facts_known = eval_facts__read(&in->facts, e, in->version);
	elf__usdt(e, "python", "function__entry", &in->entry);
	elf__usdt(e, "python", "function__return", &in->ret);
	in->usdt = usdt_verdict__judge(e, in);
	in->eval = eval_verdict__judge(e, in, facts_known);
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

/* Whether a file is at path, and which. */
static bool identify(const char *path, dev_t *dev, ino_t *ino)
{
	struct stat st;

	if (stat(path, &st))
		return false;
	*dev = st.st_dev;
	*ino = st.st_ino;
	return true;
}

bool interp__is_there(const struct interp *in)
{
	return in->pidfd && !process__is_over(in->pidfd);
}

/* In this order: by then the file was looked up by the number. */
bool interp__is_still(const struct interp *in)
{
	dev_t dev;
	ino_t ino;

	return in->open_path && identify(in->open_path, &dev, &ino) && dev == in->dev &&
	       ino == in->ino && interp__is_there(in);
}

static int examine_mapping(struct interp *in, pid_t pid, const struct procmap *m)
{
	char *path = xasprintf("/proc/%d/map_files/%lx-%lx", pid, (unsigned long)m->start,
			       (unsigned long)m->end);
	int error = examine(in, path, m->path);

	if (!error && !identify(path, &in->dev, &in->ino))
		error = -errno;
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

/* What is asked by the number from now on is asked of this process, if that is there after it. */
static int hold_on(struct interp *in, pid_t pid)
{
	int fd = process__open(pid);

	*in = (struct interp){.pid = pid, .pidfd = fd < 0 ? 0 : fd, .exe = exe_of(pid)};
	return fd < 0 ? fd : 0;
}

int interp__of_pid(struct interp *in, pid_t pid, const char **why)
{
	struct procmaps maps = {0};
	int error = hold_on(in, pid), result = -ENOENT;

	error = error ? error : procmaps__of_pid(&maps, pid);
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
	if (!result && interp__is_there(in))
		return 0;
	if (!result)
		error = -ESRCH;
	interp__close(in);
	*why = error ? strerror(-error) : "it is not a Python interpreter";
	return error ? error : -ENOENT;
}

bool interp__is_in(pid_t pid)
{
	struct interp in;
	const char *why;
	bool is = !interp__of_pid(&in, pid, &why);

	interp__close(&in);
	return is;
}

void interp__none(struct interp *in, pid_t pid)
{
	hold_on(in, pid);
	in->path = xstrdup(in->exe ? in->exe : "it");
	in->usdt = USDT_NO_PYTHON;
	in->eval = EVAL_NO_PYTHON;
}

bool interp__is_python(const struct interp *in)
{
	return in->eval != EVAL_NO_PYTHON;
}

/* A program that is to map Python, or is that. What is no file is not opened: that may be seen. */
static bool leads_to_python(const char *path)
{
	struct stat st;
	struct elf *e = !stat(path, &st) && S_ISREG(st.st_mode) ? elf__open(path) : NULL;
	bool leads = e && (elf__needed_libpython(e) || is_interpreter(e));

	elf__close(e);
	return leads;
}

/* The dynamic linker, run as a program, has that which it is to map among its arguments. */
static bool is_argument_python(pid_t pid)
{
	char path[32], *line, *arg;
	bool is = false;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	line = procfile__bytes(AT_FDCWD, path, &n);
	for (arg = line + strlen(line) + 1; !is && arg < line + n; arg += strlen(arg) + 1) {
		char *file = xasprintf("/proc/%d/%s/%s", pid, *arg == '/' ? "root" : "cwd", arg);

		is = leads_to_python(file);
		free(file);
	}
	free(line);
	return is;
}

bool interp__is_due(pid_t pid)
{
	char path[32];
	const char *name;
	struct elf *e;
	bool due;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	e = elf__open(path);
	name = e ? elf__soname(e) : NULL;
	due = e && (elf__needed_libpython(e) ||
		    (name && !strncmp(name, "ld-", 3) && is_argument_python(pid)));
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
		xasprintf("%s/../lib/" ARCH_TRIPLET "/%s", dir, name),
		xasprintf("/usr/local/lib/%s", name),
		xasprintf("/usr/lib/" ARCH_TRIPLET "/%s", name),
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
	char *lib = NULL, *real = realpath(path, NULL);
	int error;

	*in = (struct interp){.exe = xstrdup(path)};
	error = examine(in, path, real);
	free(real);
	if (error == -ENOENT && (lib = libpython_of(path)))
		error = examine(in, lib, lib);
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
	if (in->pidfd)
		close(in->pidfd);
	*in = (struct interp){0};
}
