/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The bytes are the file's; a process's memory is only compared with them. */
#include "cpython/optimizer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "arch/code.h"
#include "process/elf.h"
#include "process/procmem.h"

/* Whether code calls that address, and so has no copy of the function's body instead. */
static bool is_called(struct elf *e, uint64_t target)
{
	size_t size;
	uint64_t addr;
	const unsigned char *code = elf__section(e, ".text", &size, &addr);

	return code && code__calls(code, size, addr, target);
}

static int read_file(struct optimizer_entry *t, struct elf *e, const char **why)
{
	uint64_t size;

	*why = "the JIT is on (PYTHON_JIT), and what it compiles with was not found";
	if (!elf__symbol(e, "_PyOptimizer_Optimize", &t->addr, &size) || !is_called(e, t->addr))
		return -ENOENT;
	return elf__read(e, t->addr, t->bytes, sizeof(t->bytes)) ? 0 : -ENOENT;
}

static int compare_live(struct optimizer_entry *t, const struct interp *in, const char **why)
{
	static const unsigned char ours[] = {INSN_RETURN_0};
	int mem = procmem__open(in->pid);
	bool read = mem >= 0 && procmem__read(mem, t->addr, t->found, sizeof(t->found));

	if (mem >= 0)
		close(mem);
	*why = read ? "the JIT was changed in memory by somebody else"
		    : "its memory cannot be read";
	if (!read)
		return mem < 0 ? mem : -EFAULT;
	return memcmp(t->found, t->bytes, sizeof(t->bytes)) && memcmp(t->found, ours, sizeof(ours))
		       ? -ENOENT
		       : 0;
}

int optimizer_entry__find(struct optimizer_entry *t, const struct interp *in, const char **why)
{
	struct elf *e;
	int error;

	*t = (struct optimizer_entry){};
	if (in->version != 0x030d || in->eval != EVAL_JIT)
		return 0;
	e = elf__open(in->open_path);
	error = e ? 0 : -errno;
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
