#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What each backend needs of root's rights, and no more; a right that is missing is named.
# shellcheck source=tests/e2e/rights/common.sh
. "$(dirname "$0")/common.sh"

# wanting RIGHT CAPS OPTION...: a line names it
wanting() {
	local right=$1 caps=$2
	shift 2
	refuse "$caps lacks $right${*:+, $*}" 1 "$right" may "$caps" "$bpfprof" -q -p "$pid" -d 0.2 "$@"
}

target 65534 3.9
enough "$base" inline
if printf '6.10\n%s\n' "$(uname -r)" | sort -VC; then
	enough "$base" eval # by uprobes of a later kind
	enough "$base" eval --no-markers
	enough "$base" usdt
else
	enough "$base,sys_admin" eval
	wanting CAP_SYS_ADMIN "$base" --backend=eval
	wanting CAP_SYS_ADMIN "$base" --usdt
fi
enough "$base,sys_admin" usdt
enough sys_ptrace,sys_admin usdt --no-markers
wanting CAP_BPF perfmon,sys_ptrace,checkpoint_restore
wanting CAP_PERFMON bpf,sys_ptrace,checkpoint_restore
wanting CAP_SYS_PTRACE bpf,perfmon,checkpoint_restore
wanting CAP_CHECKPOINT_RESTORE bpf,perfmon,sys_ptrace
stop
target 1 3.9
enough "$base,dac_override" inline
wanting CAP_DAC_OVERRIDE "$base"
wanting CAP_DAC_OVERRIDE "$base,dac_read_search"
stop
