/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* By a list of what is forbidden: the libraries may use whatever is harmless. */
#include "process/ownfilter.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/x86_64/names.h"
#include "arch/x86_64/syscalls.h"
#include "process/seccomp.h"

static const int forbidden[] = {
	SYS_execve,
	SYS_execveat,
	SYSCALLS_FORK,
	SYS_socket,
	SYS_socketpair,
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_pidfd_open,
	SYS_pidfd_getfd,
	SYS_kill,
	SYS_tkill,
	SYS_bpf,
	SYS_perf_event_open,
	SYS_userfaultfd,
	SYS_keyctl,
	SYS_add_key,
	SYS_request_key,
	SYS_io_uring_setup,
	SYS_setuid,
	SYS_setgid,
	SYS_setreuid,
	SYS_setregid,
	SYS_setresuid,
	SYS_setresgid,
	SYS_setgroups,
	SYS_capset,
	SYS_mount,
	SYS_umount2,
	SYS_open_tree,
	SYS_move_mount,
	SYS_fsopen,
	SYS_pivot_root,
	SYS_chroot,
	SYS_setns,
	SYS_unshare,
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_kexec_load,
	SYS_kexec_file_load,
	SYS_reboot,
	SYS_swapon,
	SYS_open_by_handle_at,
};

#define NFORBIDDEN     (sizeof(forbidden) / sizeof(*forbidden))
#define LOAD(field)    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, action)
#define REFUSE(error)  RETURN(SECCOMP_RET_ERRNO | (error))

/* Another architecture's calls end it. clone3, whose flags no filter sees, is as if it were not
 * there: the C library then takes clone, which may make threads. */
static const struct sock_filter head[] = {
	LOAD(arch),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH_AUDIT, 1, 0),
	RETURN(SECCOMP_RET_KILL_PROCESS),
	LOAD(nr),
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, SYSCALLS_OTHER, 0, 1),
	REFUSE(ENOSYS),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
	REFUSE(ENOSYS),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4),
	LOAD(args[0]),
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
	RETURN(SECCOMP_RET_ALLOW),
	REFUSE(EPERM),
};

#define NHEAD (sizeof(head) / sizeof(*head))

void own_filter__read_only_work(void)
{
	struct sock_filter filter[NHEAD + 2 * NFORBIDDEN + 1], *f = filter + NHEAD;
	const struct sock_fprog prog = {.len = sizeof(filter) / sizeof(*filter), .filter = filter};

	memcpy(filter, head, sizeof(head));
	for (size_t i = 0; i < NFORBIDDEN; i++) {
		*f++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						    (unsigned int)forbidden[i], 0, 1);
		*f++ = (struct sock_filter)REFUSE(EPERM);
	}
	*f = (struct sock_filter)RETURN(SECCOMP_RET_ALLOW);
	if (!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &prog);
}
