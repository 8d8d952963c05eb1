/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The bytes are the file's; a process's memory is only compared with them. */
#include "cpython/traceback.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "arch/code.h"
#include "arch/insn.h"
#include "process/elf.h"
#include "process/procmap.h"
#include "process/procmem.h"

static int read_file(struct traceback_entry *t, struct elf *e, const char **why)
{
	uint64_t size;

	if (!elf__symbol(e, "PyTraceBack_Here", &t->addr, &size)) {
		*why = "it does not export PyTraceBack_Here";
		return -ENOENT;
	}
	if (size > sizeof(t->bytes))
		size = sizeof(t->bytes);
	if (elf__read(e, t->addr, t->bytes, size))
		t->size = code__movable(t->bytes, size, INSN_JUMP_BYTES);
	*why = "PyTraceBack_Here begins with instructions that cannot be moved";
	return t->size ? 0 : -ENOENT;
}

/* Whether the code in memory, which is not the file's, is a jump into pages of a bpfprof. */
static bool is_our_jump(const struct traceback_entry *t, pid_t pid)
{
	struct procmaps maps = {0};
	uint64_t target;
	bool ours;

	if (!code__jump(t->found, t->addr, &target))
		return false;
	procmaps__of_pid(&maps, pid);
	ours = procmaps__named(&maps, target, "/memfd:bpfprof-");
	procmaps__free(&maps);
	return ours;
}

static int compare_live(struct traceback_entry *t, const struct interp *in, const char **why)
{
	int mem = procmem__open(in->pid);
	bool read = mem >= 0 && procmem__read(mem, t->addr, t->found, t->size);

	if (mem >= 0)
		close(mem);
	*why = read ? "PyTraceBack_Here was changed in memory by somebody else"
		    : "its memory cannot be read";
	if (!read)
		return mem < 0 ? mem : -EFAULT;
	if (!memcmp(t->found, t->bytes, t->size))
		return 0;
	t->hooked = is_our_jump(t, in->pid);
	return t->hooked ? 0 : -ENOENT;
}

int traceback_entry__find(struct traceback_entry *t, const struct interp *in, const char **why)
{
	struct elf *e = elf__open(in->open_path);
	int error = e ? 0 : -errno;

	*t = (struct traceback_entry){};
	if (error)
		*why = strerror(-error);
	else
		error = read_file(t, e, why);
	elf__close(e);
	if (error || !in->pid)
		return error;
	t->addr += in->bias;
	return compare_live(t, in, why);
}
