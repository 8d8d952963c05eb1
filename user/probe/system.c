/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of checks behind "doctor" and behind every capture. */
#include "probe/system.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"

static int check_rights(void)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {0};
	static const int wanted[] = {CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE, CAP_SYS_ADMIN};

	if (syscall(SYS_capget, &head, data))
		return -errno;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		if (!(data[wanted[i] / 32].effective & (1u << wanted[i] % 32)))
			return -EPERM;
	}
	return 0;
}

static int have_file(const char *path)
{
	return access(path, R_OK) ? -errno : 0;
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

static int check_ptrace(void)
{
	char mode = '0';
	FILE *f = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");

	if (f && fread(&mode, 1, 1, f) != 1)
		mode = '0';
	if (f)
		fclose(f);
	return mode == '3' ? -EPERM : 0;
}

const struct system_check system_checks[] = {
	{"rights", "rights to load BPF programs and trace processes", check_rights,
	 "run it as root (sudo bpfprof ...); in a container, with CAP_BPF, CAP_PERFMON, "
	 "CAP_SYS_PTRACE "
	 "and CAP_SYS_ADMIN, and bpf() allowed",
	 true},
	{"maps", "BPF maps that user space can map (Linux 5.5)", check_maps,
	 "use a kernel of 5.15 or later with CONFIG_BPF_SYSCALL", true},
	{"atomics", "BPF compare-and-exchange (Linux 5.12)", check_atomics,
	 "use a kernel of 5.15 or later", true},
	{"btf", "BTF of the kernel in /sys/kernel/btf/vmlinux", check_btf,
	 "use a kernel built with CONFIG_DEBUG_INFO_BTF", true},
	{"uprobes", "uprobes (CONFIG_UPROBE_EVENTS)", check_uprobes,
	 "use a kernel built with CONFIG_UPROBE_EVENTS", true},
	{"semaphores", "uprobe reference counters (Linux 4.20)", check_semaphores,
	 "use a kernel of 5.15 or later", true},
	{"ptrace", "ptrace, to hold a launched program at its start", check_ptrace,
	 "attach with -p instead, or set kernel.yama.ptrace_scope below 3 and reboot", false},
	{0},
};

const char *system__advice(const struct system_check *c, int error)
{
	return error == -EPERM || error == -EACCES ? system_checks[0].advice : c->advice;
}

int system__require(void)
{
	for (const struct system_check *c = system_checks; c->name; c++) {
		int error = c->required ? c->run() : 0;

		if (error)
			return err("cannot trace on this system: no %s: %s; %s", c->title,
				   strerror(-error), system__advice(c, error));
	}
	return 0;
}
