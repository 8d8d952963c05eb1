/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Registers and memory of a thread that ptrace has stopped. */
#include "process/stops.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/stopped.h"
#include "process/owntrap.h"
#include "process/procmem.h"

bool stop__mapped_code(pid_t tid, uint64_t *prot)
{
	struct __ptrace_syscall_info si;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(si), &si) <= 0)
		return false;
	if (si.op == PTRACE_SYSCALL_INFO_ENTRY) {
		*prot = si.entry.nr == SYS_mmap || si.entry.nr == SYS_mprotect ? si.entry.args[2]
									       : 0;
		return false;
	}
	return si.op == PTRACE_SYSCALL_INFO_EXIT && !si.exit.is_error && (*prot & PROT_EXEC);
}

static const unsigned char breakpoint[INSN_BREAKPOINT_BYTES] = {INSN_BREAKPOINT};

int breakpoint__put(struct breakpoint *b, pid_t pid, uint64_t addr)
{
	int mem = procmem__open(pid), error = 0;

	b->addr = addr;
	b->trap_ignored = own_trap__is_ignored(pid);
	b->trap_blocked = own_trap__is_blocked(pid);
	if (mem < 0)
		return mem;
	errno = ESRCH; /* the memory of one that has been killed ends at once */
	if (!procmem__read(mem, addr, b->was, INSN_BREAKPOINT_BYTES) ||
	    !procmem__write(mem, addr, breakpoint, INSN_BREAKPOINT_BYTES))
		error = -errno;
	close(mem);
	return error;
}

/* Where no file can be opened, by the thread, if it is stopped: what stays there ends the program.
 */
static void remove_by_word(const struct breakpoint *b, pid_t tid)
{
	long word;

	errno = 0;
	word = ptrace(PTRACE_PEEKTEXT, tid, b->addr, 0);
	if (errno || memcmp(&word, breakpoint, sizeof(breakpoint)))
		return;
	memcpy(&word, b->was, sizeof(b->was));
	ptrace(PTRACE_POKETEXT, tid, b->addr, word);
}

void breakpoint__remove(const struct breakpoint *b, pid_t pid)
{
	unsigned char there[INSN_BREAKPOINT_BYTES];
	int mem = procmem__open(pid);

	if (mem < 0) {
		remove_by_word(b, pid);
		return;
	}
	if (procmem__read(mem, b->addr, there, sizeof(there)) &&
	    !memcmp(there, breakpoint, sizeof(there)))
		procmem__write(mem, b->addr, b->was, sizeof(b->was));
	close(mem);
}

bool breakpoint__is_hit(const struct breakpoint *b, pid_t tid)
{
	struct stopped regs;

	if (!stopped__get(tid, &regs) || stopped__at(&regs) != b->addr + STOPPED_PAST_BREAK)
		return false;
	stopped__go_to(&regs, b->addr);
	if (b->trap_blocked)
		own_trap__block(tid);
	return stopped__set(tid, &regs);
}
