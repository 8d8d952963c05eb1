# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What bpfprof needs of root's rights. Sourced by each case.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "rights/$(basename "$0" .sh)" "$1"
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
