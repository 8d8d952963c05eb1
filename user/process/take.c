/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The rights of another process, by system calls that only ever take away. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process/rights.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

#define NAMESPACES                                                                                 \
	(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |                 \
	 CLONE_NEWCGROUP | CLONE_NEWTIME)
/* Without these root cannot run an interpreter in a directory that is another user's alone. */
#define FILE_CAPS (1ull << CAP_DAC_OVERRIDE | 1ull << CAP_DAC_READ_SEARCH)

/* Where memory of the control group is short, the child goes and not the program. */
static void be_first_to_go(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd >= 0) {
		if (write(fd, "1000", 4) != 4)
			errno = 0;
		close(fd);
	}
}

int rights__enter(const struct rights *r)
{
	/* nobody there is to look into us, or to take our files, before the exec */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	be_first_to_go();
	return cgroups__enter(&r->cgroups) || setns(r->pidfd, NAMESPACES) ? -1 : 0;
}

static rlim_t least(rlim_t a, rlim_t b)
{
	return a < b ? a : b;
}

static int take_limits(const struct rights *r, rlim_t cpu_s)
{
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		struct rlimit limit = r->limits[i], ours;
		rlim_t most = i == RLIMIT_CORE ? 0 : i == RLIMIT_CPU ? cpu_s : RLIM_INFINITY;

		if (getrlimit(i, &ours))
			return -1;
		most = least(most, ours.rlim_max); /* we need not have the right to go beyond */
		limit.rlim_max = least(limit.rlim_max, most);
		limit.rlim_cur = least(limit.rlim_cur, limit.rlim_max);
		if (setrlimit(i, &limit))
			return -1;
	}
	return 0;
}

/* Of the bounding set and all others only what is to be kept. */
static int take_caps(uint64_t keep)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {
		{.effective = (uint32_t)keep, .permitted = (uint32_t)keep},
		{.effective = keep >> 32, .permitted = keep >> 32}};

	return syscall(SYS_capset, &head, data);
}

static int drop_bounding(uint64_t keep)
{
	for (int cap = 0; cap < 64; cap++) {
		if (keep >> cap & 1)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) && errno != EINVAL)
			return -1;
	}
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

/* The libc's own calls would speak to threads that a forked child does not have. */
static int take_user(const struct rights_status *s)
{
	if (syscall(SYS_setgroups, s->ngroups, s->groups) ||
	    syscall(SYS_setresgid, s->gid, s->gid, s->gid))
		return -1;
	return syscall(SYS_setresuid, s->uid, s->uid, s->uid);
}

int rights__take(const struct rights *r, rlim_t cpu_s)
{
	uint64_t keep = r->status.uid ? 0 : r->status.caps & FILE_CAPS;

	if (fchdir(r->root) || chroot(".") || chdir("/") || take_limits(r, cpu_s) ||
	    drop_bounding(keep))
		return -1;
	/* the keys of our session are not the process's */
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS)
		return -1;
	if (take_user(&r->status) || take_caps(keep) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	/* a change of user has undone both */
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) ? -1
											       : 0;
}
