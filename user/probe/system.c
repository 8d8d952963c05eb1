/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of checks behind "doctor" and behind every capture. */
#include "probe/system.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "process/ownrights.h"

static int have_file(const char *path)
{
	return access(path, R_OK) ? -errno : 0;
}

/* Of another pid namespace it has other processes by our numbers. */
static int check_proc(void)
{
	char self[32] = "";

	if (readlink("/proc/self", self, sizeof(self) - 1) < 0 && access("/proc/stat", R_OK))
		return -errno;
	return atoi(self) == getpid() ? 0 : -ESRCH;
}

static int check_btf(void)
{
	return have_file("/sys/kernel/btf/vmlinux");
}

static int check_uprobes(void)
{
	return have_file("/sys/bus/event_source/devices/uprobe/type");
}

static int check_semaphores(void)
{
	return have_file("/sys/bus/event_source/devices/uprobe/format/ref_ctr_offset");
}

/* The stub and the tables are laid out by these. */
static int check_pages(void)
{
	return sysconf(_SC_PAGESIZE) == 4096 ? 0 : -EINVAL;
}

static int check_maps(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "bpfprof_check", 4, 8, 1, &opts);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

/* r0 = 0; *(u64 *)(fp - 8) = 0; r0 = cmpxchg(fp - 8, r0, r0); exit: v3 atomics, kernel 5.12. */
static int check_atomics(void)
{
	static const struct bpf_insn insns[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0},
		{.code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = 10, .src_reg = 0, .off = -8},
		{.code = BPF_STX | BPF_ATOMIC | BPF_DW,
		 .dst_reg = 10,
		 .src_reg = 0,
		 .off = -8,
		 .imm = BPF_CMPXCHG},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "bpfprof_check", "GPL", insns,
			       sizeof(insns) / sizeof(*insns), NULL);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

/* Whether the file can be read and has the text. */
static bool file_says(const char *path, const char *text)
{
	char line[128] = "";
	FILE *f = fopen(path, "re");
	bool says = f && fgets(line, sizeof(line), f) && strstr(line, text);

	if (f)
		fclose(f);
	return says;
}

static int check_yama(void)
{
	return file_says("/proc/sys/kernel/yama/ptrace_scope", "3") ? -EPERM : 0;
}

static int check_lockdown(void)
{
	return file_says("/sys/kernel/security/lockdown", "[confidentiality]") ? -EPERM : 0;
}

#define YAMA_ADVICE                                                                                \
	"kernel.yama.ptrace_scope is 3, which holds until the next boot; boot with it below 3"
#define LOCKDOWN_ADVICE                                                                            \
	"/sys/kernel/security/lockdown says confidentiality; boot with lockdown=integrity or "     \
	"without"

#define PROC_ADVICE                                                                                \
	"/proc is of another pid namespace; mount this one's (mount -t proc proc /proc; with "     \
	"unshare, --mount-proc)"

/* First what the others look into. */
const struct system_check system_checks[] = {
	{"proc", "/proc of this pid namespace", check_proc, PROC_ADVICE, true, 0},
	{"CAP_BPF", "right to load BPF programs", NULL, NULL, true, CAP_BPF},
	{"CAP_PERFMON", "right to trace the scheduler", NULL, NULL, true, CAP_PERFMON},
	{"CAP_SYS_PTRACE", "right to enter a process", NULL, NULL, true, CAP_SYS_PTRACE},
	{"CAP_CHECKPOINT_RESTORE", "right to open what a process has mapped", NULL, NULL, true,
	 CAP_CHECKPOINT_RESTORE},
	{"CAP_SYS_ADMIN", "right to place uprobes before Linux 6.10 (usdt, eval, blocks)", NULL,
	 NULL, false, CAP_SYS_ADMIN},
	{"CAP_DAC_OVERRIDE", "right to enter the processes of other users", NULL, NULL, false,
	 CAP_DAC_OVERRIDE},
	{"yama", "Yama's permission to trace processes", check_yama, YAMA_ADVICE, false, 0},
	{"lockdown", "lockdown's permission for BPF to read the kernel's memory", check_lockdown,
	 LOCKDOWN_ADVICE, false, 0},
	{"pages", "memory pages of 4096 bytes", check_pages, "boot a kernel built with these", true,
	 0},
	{"maps", "BPF maps that user space can map (Linux 5.5)", check_maps,
	 "use a kernel of 5.15 or later with CONFIG_BPF_SYSCALL", true, 0},
	{"atomics", "BPF compare-and-exchange (Linux 5.12)", check_atomics,
	 "use a kernel of 5.15 or later", true, 0},
	{"btf", "BTF of the kernel in /sys/kernel/btf/vmlinux", check_btf,
	 "use a kernel built with CONFIG_DEBUG_INFO_BTF", true, 0},
	{"uprobes", "uprobes (CONFIG_UPROBE_EVENTS)", check_uprobes,
	 "use a kernel built with CONFIG_UPROBE_EVENTS", true, 0},
	{"semaphores", "uprobe reference counters (Linux 4.20)", check_semaphores,
	 "use a kernel of 5.15 or later", true, 0},
	{0},
};

int system__check(const struct system_check *c)
{
	if (c->run)
		return c->run();
	return own_rights__have(c->cap) ? 0 : -EPERM;
}

static bool has_rights(void)
{
	for (const struct system_check *c = system_checks; c->name; c++) {
		if (!c->run && c->required && system__check(c))
			return false;
	}
	return true;
}

bool system__cannot_tell(const struct system_check *c, int error)
{
	return c->run && own_rights__denied(error) && !has_rights();
}

const char *system__advice(const struct system_check *c, int error)
{
	bool by_advice = c->run == check_yama || c->run == check_lockdown;

	if (!c->run)
		return geteuid()
			       ? "run it as root (sudo bpfprof ...), or give it the capability"
			       : "root lacks it here, as in a container; give that the capability";
	if (by_advice || !own_rights__denied(error))
		return c->advice;
	return has_rights() ? "the rights are there, but a seccomp filter, a user namespace or a "
			      "security module forbids it; run it outside the container"
			    : "get the rights first";
}

static int require(const struct system_check *c)
{
	int error = c->required ? system__check(c) : 0;

	if (!error)
		return 0;
	return err("cannot trace on this system: no %s%s%s: %s; %s", c->run ? "" : c->name,
		   c->run ? "" : ", the ", c->title, strerror(-error), system__advice(c, error));
}

int system__require_proc(void)
{
	return require(system_checks);
}

int system__require(void)
{
	for (const struct system_check *c = system_checks; c->name; c++) {
		if (require(c))
			return -1;
	}
	return 0;
}
