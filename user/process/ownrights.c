/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* By capget and capset, which are of one thread. */
#include "process/ownrights.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BIT(cap) (1ull << (cap))

/* The kernel takes CAP_SYS_ADMIN for those that were once a part of it. */
#define OF_ADMIN (BIT(CAP_BPF) | BIT(CAP_PERFMON) | BIT(CAP_CHECKPOINT_RESTORE))

#define FOR_PROBES (OF_ADMIN | BIT(CAP_SYS_ADMIN))

/* To read the tables (Linux before 5.19 wants CAP_BPF for that), to read and stop a process, to
 * write files, to be quick while it stands still. */
#define FOR_THE_WAY_OUT                                                                            \
	(BIT(CAP_BPF) | BIT(CAP_SYS_PTRACE) | BIT(CAP_KILL) | BIT(CAP_SYS_NICE) |                  \
	 BIT(CAP_DAC_OVERRIDE) | BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_CHOWN) | BIT(CAP_FOWNER))

static struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};

bool own_rights__have(int cap)
{
	struct __user_cap_data_struct data[2] = {0};
	uint64_t any = BIT(cap) | (BIT(cap) & OF_ADMIN ? BIT(CAP_SYS_ADMIN) : 0);

	return !syscall(SYS_capget, &head, data) &&
	       ((uint64_t)data[1].effective << 32 | data[0].effective) & any;
}

bool own_rights__denied(int error)
{
	return error == -EPERM || error == -EACCES;
}

static const struct {
	int cap;
	const char *advice;
} lacking[] = {
	{CAP_SYS_ADMIN, "it takes CAP_SYS_ADMIN; run bpfprof as root, or use --backend=inline"},
	{CAP_DAC_OVERRIDE,
	 "it is another user's, which takes CAP_DAC_OVERRIDE; run bpfprof as root or as that user"},
	{CAP_SYS_PTRACE, "it takes CAP_SYS_PTRACE; run bpfprof as root"},
};

/* Where no right helps. */
static const struct {
	int error;
	const char *advice;
} used_up[] = {
	{ENOMEM, "free some memory, or raise its limit (ulimit -v), and retry"},
	{EMFILE, "raise the limit of open files (ulimit -n) and retry"},
	{ENFILE, "close files of others and retry"},
	{EAGAIN, "free some memory, processes and threads, or raise their limits, and retry"},
};

const char *own_rights__advice(int error, int cap)
{
	for (size_t i = 0; i < sizeof(lacking) / sizeof(*lacking); i++) {
		if (own_rights__denied(error) && lacking[i].cap == cap && !own_rights__have(cap))
			return lacking[i].advice;
	}
	for (size_t i = 0; i < sizeof(used_up) / sizeof(*used_up); i++) {
		if (used_up[i].error == -error)
			return used_up[i].advice;
	}
	return "see 'bpfprof doctor'";
}

const char *own_rights__no_look(void)
{
	if (geteuid())
		return "it is another user's, which takes more rights than yours; run bpfprof as "
		       "root";
	return own_rights__have(CAP_SYS_PTRACE)
		       ? "a user namespace or a security module forbids it, the rights are there; "
			 "run bpfprof where that process was started"
		       : "this sandbox may not trace it; run bpfprof beside it, or with "
			 "CAP_SYS_PTRACE";
}

static void keep_only(uint64_t keep)
{
	struct __user_cap_data_struct data[2] = {0};

	if (syscall(SYS_capget, &head, data))
		return;
	for (int i = 0; i < 2; i++) {
		data[i].effective &= keep >> 32 * i;
		data[i].permitted &= keep >> 32 * i;
		data[i].inheritable &= keep >> 32 * i;
	}
	syscall(SYS_capset, &head, data);
}

void own_rights__lessen(bool no_more_probes)
{
	struct __user_cap_data_struct data[2] = {0};
	uint64_t keep = FOR_THE_WAY_OUT;

	if (syscall(SYS_capget, &head, data))
		return;
	if (!no_more_probes || !(data[CAP_BPF / 32].effective & BIT(CAP_BPF % 32)))
		keep |= FOR_PROBES;
	keep_only(keep);
}

void own_rights__only_read(void)
{
	keep_only(BIT(CAP_DAC_READ_SEARCH));
}

void own_rights__give_up(void)
{
	const struct __user_cap_data_struct none[2] = {0};

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	syscall(SYS_capset, &head, none);
}
