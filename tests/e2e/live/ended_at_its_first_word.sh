#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Who is told that it counts may end it at once.
# shellcheck source=tests/e2e/live/common.sh
. "$(dirname "$0")/common.sh"

start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
mkfifo "$work/err.fifo"
for ((i = 0; i < 10; i++)); do
	"$bpfprof" -p "$pid" -f json >"$work/out" 2>"$work/err.fifo" &
	me=$!
	started+=("$me")
	exec 9<"$work/err.fifo"
	read -r -t 60 _ <&9
	kill -INT $me
	wait $me || break
	exec 9<&-
done
if [ $i = 10 ]; then
	pass "ended at its first word"
else
	fail "ended at its first word" "of no help: no report"
fi
stop
