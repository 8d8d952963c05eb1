/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* By a list of what is forbidden: the libraries may use whatever is harmless. */
#include "process/ownfilter.h"

#include <errno.h>
#include <linux/bpf.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/names.h"
#include "process/seccomp.h"

/* Works that more than one is in. */
#define COUNTS (OWN_COUNTS | OWN_PROBES)
#define STOPS  (OWN_STOPS | COUNTS)
#define NOBODY 0

/* For which work a call is needed: for no other it is there. */
static const struct {
	unsigned int nr, work; /* OWN_* */
} forbidden[] = {
	{SYS_execve, OWN_SHOWS},
	{SYS_execveat, OWN_SHOWS},
	SYSCALLS_FORK(STOPS | OWN_SHOWS),
	{SYS_socket, OWN_PUSHES | OWN_SHOWS},
	{SYS_socketpair, COUNTS | OWN_PUSHES | OWN_SHOWS},
	{SYS_ptrace, STOPS},
	{SYS_process_vm_readv, COUNTS},
	{SYS_process_vm_writev, COUNTS},
	{SYS_pidfd_getfd, COUNTS},
	{SYS_kill, STOPS},
	{SYS_tkill, STOPS},
	{SYS_pidfd_send_signal, STOPS},
	{SYS_rt_sigqueueinfo, STOPS},
	{SYS_rt_tgsigqueueinfo, STOPS},
	{SYS_bpf, COUNTS},
	{SYS_perf_event_open, OWN_PROBES},
	{SYS_userfaultfd, NOBODY},
	{SYS_keyctl, NOBODY},
	{SYS_add_key, NOBODY},
	{SYS_request_key, NOBODY},
	{SYS_io_uring_setup, NOBODY},
	{SYS_setuid, NOBODY},
	{SYS_setgid, NOBODY},
	{SYS_setreuid, NOBODY},
	{SYS_setregid, NOBODY},
	{SYS_setresuid, NOBODY},
	{SYS_setresgid, NOBODY},
	{SYS_setgroups, NOBODY},
	{SYS_capset, COUNTS}, /* threads that start late give up theirs then */
	{SYS_mount, NOBODY},
	{SYS_umount2, NOBODY},
	{SYS_open_tree, NOBODY},
	{SYS_move_mount, NOBODY},
	{SYS_fsopen, NOBODY},
	{SYS_pivot_root, NOBODY},
	{SYS_chroot, NOBODY},
	{SYS_setns, NOBODY},
	{SYS_unshare, NOBODY},
	{SYS_init_module, NOBODY},
	{SYS_finit_module, NOBODY},
	{SYS_delete_module, NOBODY},
	{SYS_kexec_load, NOBODY},
	{SYS_kexec_file_load, NOBODY},
	{SYS_reboot, NOBODY},
	{SYS_swapon, NOBODY},
	{SYS_open_by_handle_at, NOBODY},
};

/* What bpf() makes, and where nothing is to be placed any more cannot. */
static const unsigned int makes[] = {
	BPF_MAP_CREATE,		 BPF_PROG_LOAD, BPF_OBJ_PIN,	 BPF_PROG_ATTACH,
	BPF_RAW_TRACEPOINT_OPEN, BPF_BTF_LOAD,	BPF_LINK_CREATE, BPF_LINK_UPDATE,
};

#define COUNT_OF(array)	 (sizeof(array) / sizeof(*(array)))
#define LOAD(field)	 BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(action)	 BPF_STMT(BPF_RET | BPF_K, action)
#define REFUSE(error)	 RETURN(SECCOMP_RET_ERRNO | (error))
#define IF_NOT(k, skips) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, 0, skips)

/* Another architecture's calls end it. */
static const struct sock_filter head[] = {
	LOAD(arch),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH_AUDIT, 1, 0),
	RETURN(SECCOMP_RET_KILL_PROCESS),
	LOAD(nr),
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, SYSCALLS_OTHER, 0, 1),
	REFUSE(ENOSYS),
};

/* No process, but threads. clone3, whose flags no filter sees, is as if it were not there: the C
 * library then takes clone. */
static const struct sock_filter only_threads[] = {
	IF_NOT(SYS_clone3, 1),
	REFUSE(ENOSYS),
	IF_NOT(SYS_clone, 4),
	LOAD(args[0]),
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
	RETURN(SECCOMP_RET_ALLOW),
	REFUSE(EPERM),
};

#define FOR_OTHERS 10 /* instructions of refuse_others */

/* A filter as it grows; there is room for all of it. */
struct growing {
	struct sock_filter f[COUNT_OF(head) + COUNT_OF(only_threads) + FOR_OTHERS +
			     2 * COUNT_OF(forbidden) + 2 * COUNT_OF(makes) + 3];
	unsigned short n;
};

static void add(struct growing *g, const struct sock_filter *f, size_t n)
{
	memcpy(g->f + g->n, f, n * sizeof(*f));
	g->n += n;
}

static void refuse(struct growing *g, unsigned int value)
{
	const struct sock_filter f[] = {IF_NOT(value, 1), REFUSE(EPERM)};

	add(g, f, COUNT_OF(f));
}

/* No signal but to its own threads, and no key into the terminal, which a shell would read. */
static void refuse_others(struct growing *g)
{
	const struct sock_filter f[FOR_OTHERS] = {IF_NOT(SYS_tgkill, 4),
						  LOAD(args[0]),
						  IF_NOT((unsigned int)getpid(), 1),
						  RETURN(SECCOMP_RET_ALLOW),
						  REFUSE(EPERM),
						  IF_NOT(SYS_ioctl, 4),
						  LOAD(args[1]),
						  IF_NOT(TIOCSTI, 1),
						  REFUSE(EPERM),
						  RETURN(SECCOMP_RET_ALLOW)};

	add(g, f, FOR_OTHERS);
}

/* The end: bpf() by its command, and all else that is left. */
static void refuse_makes(struct growing *g)
{
	const struct sock_filter f[] = {IF_NOT(SYS_bpf, 1 + 2 * COUNT_OF(makes)), LOAD(args[0])};

	add(g, f, COUNT_OF(f));
	for (size_t i = 0; i < COUNT_OF(makes); i++)
		refuse(g, makes[i]);
}

void own_filter__only(unsigned int work)
{
	static const struct sock_filter allow[] = {RETURN(SECCOMP_RET_ALLOW)};
	struct growing g = {.n = 0};
	struct sock_fprog prog = {.filter = g.f};

	add(&g, head, COUNT_OF(head));
	if (!(work & (STOPS | OWN_SHOWS))) {
		add(&g, only_threads, COUNT_OF(only_threads));
		refuse_others(&g);
	}
	for (size_t i = 0; i < COUNT_OF(forbidden); i++) {
		if (!(forbidden[i].work & work))
			refuse(&g, forbidden[i].nr);
	}
	if (work & COUNTS && !(work & OWN_PROBES))
		refuse_makes(&g);
	add(&g, allow, 1);
	prog.len = g.n;
	if (!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &prog);
}
