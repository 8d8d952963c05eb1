# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A fault in each run of many on one process, which is to be unharmed by all of them. Sourced by each case.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "faults/$(basename "$0" .sh)" "$1"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
python_use 3.11
wrong=''

target() {
	start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
}

# faulty NAME COMMAND...: it measures the target for a moment, or fails in one line; $status says which
faulty() {
	local name=$1
	shift
	[ -z "$wrong" ] || return
	"$@" -q --bias off -p "$pid" -d 0.01 -o "$work/x.json" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	case $status:$(grep -c . "$work/err") in
	0:0 | 0:1 | 1:1) ;;
	1:2) grep -q 'warning: cannot leave' "$work/err" || wrong="$name: two lines" ;;
	*) wrong="$name: status $status" ;;
	esac
	! grep -qv '^bpfprof: ' "$work/err" || wrong="$name: a line that is not ours"
	kill -0 "$pid" 2>/dev/null || wrong="$name: the target is dead"
}

# unharmed NAME TRIED: none of those runs did harm, and the next one counts
unharmed() {
	[ -z "$wrong" ] || {
		fail "$1" "$wrong"
		return
	}
	[ "$2" -gt 5 ] || fail "$1" "$2 runs had the fault"
	attached "$1" '\(fib\)' -q --bias off -d 0.05
}
