#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What was read from a process is written under two filters of system calls: one from before it was read, one
# from after.
# shellcheck source=tests/e2e/dump/common.sh
. "$(dirname "$0")/common.sh"

start_said "${PYTHON[@]}" "$work/many.py" 4 2000 # more than a pipe takes
mkfifo "$work/full"
"$bpfprof" dump -p "$pid" >"$work/full" 2>"$work/err" </dev/null &
me=$!
started+=("$me")
exec {out}<"$work/full"
read -r _ <&"$out" # it writes now
filters=$(sed -n 's/^Seccomp_filters:\t//p' "/proc/$me/status")
cat <&"$out" >"$work/out"
if ! wait "$me" || [ "$(grep -c '  deep$' "$work/out")" -lt 8000 ]; then
	fail "filtered while it writes" "not all of it came"
elif [ "$filters" != 2 ]; then
	fail "filtered while it writes" "$filters filters, not 2"
else
	pass "filtered while it writes"
fi
stop
