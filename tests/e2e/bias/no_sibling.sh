#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Where no sibling can be run the times are what they are, and said to be.
# shellcheck source=tests/e2e/bias/common.sh
. "$(dirname "$0")/common.sh"

python_use 3.15-shared
"$bpfprof" -n 1 -- "${PYTHON[@]}" -c pass >"$work/out" 2>"$work/err"
if grep -q "Note: times contain the profiler's own: its executable is no python" "$work/out" &&
	! grep -q profiling "$work/out"; then
	pass "no sibling: the times are raw, and said to be"
else
	fail "no sibling: the times are raw, and said to be" "they are not"
fi
