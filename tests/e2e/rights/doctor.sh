#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Doctor tells root from rights from kernel.
# shellcheck source=tests/e2e/rights/common.sh
. "$(dirname "$0")/common.sh"

# doctor NAME PATTERN COMMAND...
doctor() {
	local name=$1 pattern=$2
	shift 2
	"$@" "$bpfprof" doctor >"$work/out" 2>"$work/err"
	has "doctor: $name" "$pattern"
}
doctor "not root" '^missing +CAP_BPF .*run it as root' may sys_ptrace
doctor "and what follows from that" '^unknown +maps .*get the rights first' may sys_ptrace
doctor "root without rights" '^missing +CAP_BPF .*root lacks it here' \
	setpriv --inh-caps=-all --bounding-set=-all,+sys_ptrace
doctor "rights of a namespace only" '^missing +maps .*the rights are there, but' unshare -Ur
doctor "Yama" '^note +yama .*ptrace_scope is 3' unshare -m sh -c \
	'mount -t tmpfs none /proc/sys/kernel && mkdir /proc/sys/kernel/yama &&
	echo 3 >/proc/sys/kernel/yama/ptrace_scope && exec "$@"' -
doctor "lockdown" '^note +lockdown .*says confidentiality' unshare -m sh -c \
	'mount -t tmpfs none /sys/kernel/security 2>/dev/null || mount -t tmpfs none /sys/kernel
	mkdir -p /sys/kernel/security && echo "none integrity [confidentiality]" >/sys/kernel/security/lockdown &&
	exec "$@"' -
