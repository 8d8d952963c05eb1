#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# "dump": the stacks of live processes, hot and blocked, against what they say of themselves.
# dump.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" dump "$1"
here=$(realpath "$(dirname "$0")")

# start_said COMMAND...: as start, with the line that it says in $work/line
start_said() {
	: >"$work/line"
	"$@" </dev/null >"$work/line" 2>"$work/said" &
	pid=$!
	started+=("$pid")
	soon grep -q . "$work/line"
}

# dumped NAME PATTERN OPTION...: a dump of $pid ends well and has PATTERN
dumped() {
	local name=$1 pattern=$2
	shift 2
	if ! "$bpfprof" dump -p "$pid" "$@" >"$work/out" 2>"$work/err" </dev/null; then
		fail "$name" "status is not 0"
	elif ! grep -Eq "$pattern" "$work/out"; then
		fail "$name" "no $pattern"
	else
		pass "$name"
	fi
}

# --- every interpreter: the interpreter's own words for the same stacks
for version in ${ROWS:-$(pythons_all)}; do
	name="$version: stacks, lines and names are the interpreter's own"
	python_use "$version"
	start_said "${PYTHON[@]}" "$PYDIR/targets/stacks.py"
	for _ in 1 2 3; do
		"$bpfprof" dump -f json -p "$pid" >"$work/json" 2>"$work/err" || break
		python3 "$here/stacks.py" "$work/line" "$work/json" >>"$work/err" 2>&1
	done
	if [ -s "$work/err" ]; then
		fail "$name" "they are not"
	else
		pass "$name"
	fi
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
done
