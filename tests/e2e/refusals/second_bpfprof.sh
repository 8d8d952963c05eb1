#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A second bpfprof on a process counts or refuses.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
target=$pid
"$bpfprof" -p "$target" -d 30 >/dev/null 2>"$work/first" &
first=$!
started+=("$first")
soon grep -q 'profiling process' "$work/first"
"$bpfprof" -q -p "$target" -d 0.3 >"$work/out" 2>"$work/err"
status=$?
if { [ $status = 1 ] && [ ! -s "$work/out" ] && [ "$(wc -l <"$work/err")" = 1 ]; } ||
	{ [ $status = 0 ] && grep -q '(fib)' "$work/out"; }; then
	pass "a second bpfprof counts or refuses"
else
	fail "a second bpfprof counts or refuses" "status $status"
fi
kill -TERM $first
wait $first
pid=$target stop
