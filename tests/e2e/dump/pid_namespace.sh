#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# In a pid namespace of its own the numbers that Python keeps are others.
# shellcheck source=tests/e2e/dump/common.sh
. "$(dirname "$0")/common.sh"

start_said unshare --pid --fork --kill-child "${PYTHON[@]}" "$PYDIR/targets/stacks.py"
outer=$pid
pid=$(pgrep -P "$outer")
"$bpfprof" dump -f json -p "$pid" >"$work/json" 2>"$work/err"
python3 "$here/stacks.py" "$work/line" "$work/json" >>"$work/err" 2>&1
if [ -s "$work/err" ]; then
	fail "in a pid namespace" "the stacks differ"
else
	pass "in a pid namespace"
fi
pid=$outer stop
