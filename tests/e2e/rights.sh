#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What each backend needs of root's rights, and no more; a right that is missing is named; what is not
# needed any more is given up. rights.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" rights "$1"
chmod 755 "$work"
cp "$bpfprof" "$work/bpfprof" # where nobody can run it
bpfprof=$work/bpfprof
base=bpf,perfmon,sys_ptrace,checkpoint_restore

# may CAPS COMMAND...: as nobody, with those capabilities and no way to more
may() {
	local caps=-all,+${1//,/,+}
	shift
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps="$caps" --ambient-caps="$caps" \
		--bounding-set="$caps" "$@"
}

# target UID VERSION: a process of that user that calls fib over and over
target() {
	python_use "$2"
	cp "$PYDIR/targets/selfcheck.py" "$work/selfcheck.py"
	start setpriv --reuid "$1" --regid "$1" --clear-groups --inh-caps=-all --bounding-set=-all \
		"${PYTHON[@]}" -u "$work/selfcheck.py"
}

# enough CAPS BACKEND OPTION...: they do for the process $pid
enough() {
	local caps=$1 backend=$2
	shift 2
	if ! may "$caps" "$bpfprof" -q -p "$pid" -d 0.2 --backend="$backend" "$@" >"$work/out" 2>"$work/err"; then
		fail "$backend by $caps" "status is not 0"
	elif ! grep -q '(fib)' "$work/out" || ! kill -0 "$pid"; then
		fail "$backend by $caps" "no table, or no target"
	else
		pass "$backend by $caps"
	fi
}

# wanting RIGHT CAPS OPTION...: a line names it
wanting() {
	local right=$1 caps=$2
	shift 2
	refuse "$caps lacks $right${*:+, $*}" 1 "$right" may "$caps" "$bpfprof" -q -p "$pid" -d 0.2 "$@"
}

target 65534 3.9
enough "$base" inline
enough "$base,sys_admin" eval
enough "$base,sys_admin" usdt
enough sys_ptrace,sys_admin usdt --no-markers
wanting CAP_BPF perfmon,sys_ptrace,checkpoint_restore
wanting CAP_PERFMON bpf,sys_ptrace,checkpoint_restore
wanting CAP_SYS_PTRACE bpf,perfmon,checkpoint_restore
wanting CAP_CHECKPOINT_RESTORE bpf,perfmon,sys_ptrace
wanting CAP_SYS_ADMIN "$base" --backend=eval
wanting CAP_SYS_ADMIN "$base" --usdt
stop
target 1 3.9
enough "$base,dac_override" inline
wanting CAP_DAC_OVERRIDE "$base"
wanting CAP_DAC_OVERRIDE "$base,dac_read_search"

# caps_while OPTION...: the capabilities that bpfprof has while it counts, and none but these
caps_while() {
	: >"$work/err"
	local me
	counting -p "$pid" "$@"
	caps=$(sed -n 's/^CapPrm:\t//p' "/proc/$me/status")
	kill -INT "$me"
	wait "$me"
}
for no in '' --no-markers; do
	caps_while --backend=eval $no
	caps=$((16#$caps))
	if ((caps >> 16 & 1 || caps >> 6 & 1 || caps >> 7 & 1)); then # SYS_MODULE, SETGID, SETUID
		fail "given up${no:+, $no}" "it could still load modules or change the user"
	elif ((!(caps >> 19 & 1))) || [ $((caps >> 21 & 1)) = "${no:+1}" ]; then
		fail "given up${no:+, $no}" "SYS_PTRACE is gone, or SYS_ADMIN still there"
	elif ! grep -q '(fib)' "$work/out"; then
		fail "given up${no:+, $no}" "no table"
	else
		pass "given up${no:+, $no}"
	fi
done
stop

# --- doctor tells root from rights from kernel
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
