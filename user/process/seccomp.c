/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Classic BPF as seccomp uses it: loads of struct seccomp_data, arithmetic, jumps, scratch memory
 * (Documentation/userspace-api/seccomp_filter.rst of the kernel). */
#include "process/seccomp.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>

#include "base/mem.h"
#include "process/procmem.h"

#ifndef PTRACE_SECCOMP_GET_FILTER
#define PTRACE_SECCOMP_GET_FILTER 0x420c
#endif

struct machine {
	uint32_t a, x, mem[BPF_MEMWORDS];
};

static bool alu(struct machine *m, uint16_t code, uint32_t k)
{
	uint32_t b = BPF_SRC(code) == BPF_X ? m->x : k;

	switch (BPF_OP(code)) {
	case BPF_ADD: m->a += b; return true;
	case BPF_SUB: m->a -= b; return true;
	case BPF_MUL: m->a *= b; return true;
	case BPF_DIV: m->a = b ? m->a / b : 0; return b;
	case BPF_OR: m->a |= b; return true;
	case BPF_AND: m->a &= b; return true;
	case BPF_XOR: m->a ^= b; return true;
	case BPF_LSH: m->a = b < 32 ? m->a << b : 0; return true;
	case BPF_RSH: m->a = b < 32 ? m->a >> b : 0; return true;
	case BPF_NEG: m->a = -m->a; return true;
	}
	return false;
}

static bool jump(const struct machine *m, const struct sock_filter *f, size_t *pc)
{
	uint32_t b = BPF_SRC(f->code) == BPF_X ? m->x : f->k;
	bool yes;

	switch (BPF_OP(f->code)) {
	case BPF_JA: *pc += f->k; return true;
	case BPF_JEQ: yes = m->a == b; break;
	case BPF_JGT: yes = m->a > b; break;
	case BPF_JGE: yes = m->a >= b; break;
	case BPF_JSET: yes = m->a & b; break;
	default: return false;
	}
	*pc += yes ? f->jt : f->jf;
	return true;
}

/* A load into a or x. */
static bool load(const struct machine *m, const struct sock_filter *f,
		 const struct seccomp_data *data, uint32_t *to)
{
	switch (BPF_MODE(f->code)) {
	case BPF_IMM: *to = f->k; return true;
	case BPF_LEN: *to = sizeof(*data); return true;
	case BPF_MEM: *to = m->mem[f->k % BPF_MEMWORDS]; return f->k < BPF_MEMWORDS;
	case BPF_ABS:
		if (f->k % 4 || f->k > sizeof(*data) - 4)
			return false;
		memcpy(to, (const char *)data + f->k, 4);
		return true;
	}
	return false;
}

static bool misc(struct machine *m, uint16_t code)
{
	if (BPF_MISCOP(code) == BPF_TAX)
		m->x = m->a;
	else
		m->a = m->x;
	return true;
}

/* Runs one filter; pure. A filter that errs kills, as in the kernel. */
static uint32_t run(const struct sock_filter *prog, size_t n, const struct seccomp_data *data)
{
	struct machine m = {0};
	bool ok = true;

	for (size_t pc = 0; ok && pc < n; pc++) {
		const struct sock_filter *f = &prog[pc];

		switch (BPF_CLASS(f->code)) {
		case BPF_RET: return BPF_RVAL(f->code) == BPF_A ? m.a : f->k;
		case BPF_LD: ok = load(&m, f, data, &m.a); break;
		case BPF_LDX: ok = load(&m, f, data, &m.x); break;
		case BPF_ST: m.mem[f->k % BPF_MEMWORDS] = m.a; break;
		case BPF_STX: m.mem[f->k % BPF_MEMWORDS] = m.x; break;
		case BPF_ALU: ok = alu(&m, f->code, f->k); break;
		case BPF_JMP: ok = jump(&m, f, &pc); break;
		case BPF_MISC: ok = misc(&m, f->code); break;
		}
	}
	return SECCOMP_RET_KILL_PROCESS;
}

int seccomp__mode(pid_t tid)
{
	return procstatus__number(tid, "Seccomp");
}

/* Actions are ordered as signed numbers: the kernel takes the smallest. */
static uint32_t stricter(uint32_t a, uint32_t b)
{
	int32_t x = a & SECCOMP_RET_ACTION_FULL, y = b & SECCOMP_RET_ACTION_FULL;

	return x < y ? a : b;
}

uint32_t seccomp__action(pid_t tid, const struct seccomp_data *data)
{
	uint32_t action = SECCOMP_RET_ALLOW;
	long n;

	if (!seccomp__mode(tid))
		return action;
	for (unsigned long i = 0;; i++) {
		struct sock_filter *prog;

		n = ptrace(PTRACE_SECCOMP_GET_FILTER, tid, i, NULL);
		if (n <= 0)
			break;
		prog = xcalloc(n, sizeof(*prog));
		n = ptrace(PTRACE_SECCOMP_GET_FILTER, tid, i, prog);
		action = stricter(action, n > 0 ? run(prog, n, data) : SECCOMP_RET_KILL_PROCESS);
		free(prog);
	}
	return n < 0 && errno == ENOENT ? action : SECCOMP_RET_KILL_PROCESS;
}
