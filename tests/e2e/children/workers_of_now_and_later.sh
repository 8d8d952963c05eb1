#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Attached to a server: the workers that it has and those that it starts later.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

# prefork NAME WANTED OPTION...
prefork() {
	local name=$1 wanted=$2 status
	shift 2
	: >"$work/err"
	start "${PYTHON[@]}" "$PYDIR/targets/prefork.py" 100 5 \
		< <(soon grep -q 'profiling process' "$work/err" && echo)
	"$bpfprof" --bias off "$@" -p "$pid" >"$work/out" 2>"$work/err"
	wait "$pid"
	status=$?
	exec 8<&-
	if [ $status != 0 ]; then
		fail "$name" "the server ended with $status"
	elif ! grep -Eq "^ +$wanted .*\(handle\)" "$work/out"; then
		fail "$name" "not $wanted calls"
	elif grep -q 'Lost' "$work/out"; then
		fail "$name" "something is lost"
	else
		pass "$name"
	fi
}

for backend in inline eval; do
	prefork "$backend, workers of now and later" 800 --backend=$backend --children
done
