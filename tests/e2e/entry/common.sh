# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Into an interpreter and out of it, with whatever stands in the way. Sourced by each case.
# VERSIONS="3.11 3.14" BACKENDS=inline CASE runs a part.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "entry/$(basename "$0" .sh)" "$1"
# shellcheck source=tests/untouched.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../untouched.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
prof=("$bpfprof" -q --bias off) # but for one that has no option, counts alone matter

# each_backend FUNCTION ARGUMENT...: calls it with each $backend
each_backend() {
	local backend
	for backend in ${BACKENDS:-inline eval}; do
		"$@"
	done
}

# each_version FUNCTION: calls it with each $version by each $backend, one of each kind: tests/e2e/exact runs on all
# that there are
each_version() {
	local version
	for version in ${VERSIONS:-$(pythons_all | grep -E '^3.(9|1[1-5])(-shared)?$')}; do
		python_use "$version"
		each_backend "$1"
	done
}

# Has a dispatch table, so that frames take no C stack; perf's trampolines do.
by_table() {
	case $version in 3.9 | *-3.[89].* | *-3.10.* | *-perf) false ;; esac
}

# selfcheck: the target of $pid, which says what it finds wrong; what it is like before bpfprof has been there
selfcheck() {
	start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
	known
	untouched=$(digest)
}

# slot_is NAME PATTERN: what the slot of $pid holds
slot_is() {
	case $version in *-jit | *t) return ;; esac # no slot is looked at there
	if soon slot_holds "$2"; then
		pass "$1"
	else
		"$bpfprof" probes -p "$pid" >"$work/out" 2>&1
		fail "$1" "the slot does not hold $2"
	fi
}

slot_holds() {
	"$bpfprof" probes -p "$pid" | grep -Eq "^slot: +$1"
}

# is_well NAME: $pid runs on and has found nothing wrong
is_well() {
	if kill -0 "$pid" 2>/dev/null && ! read -r -t 0.01 line <&8; then
		pass "$1"
	else
		fail "$1" "the target died, or says ${line-nothing}"
	fi
}

# own: what the slot of an interpreter holds that nobody but CPython has changed
own() {
	case $version in *-perf) echo "another tool" ;; *) echo "CPython's own" ;; esac
}
