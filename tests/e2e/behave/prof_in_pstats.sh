#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The pstats of every Python loads the .prof.
# shellcheck source=tests/e2e/behave/common.sh
. "$(dirname "$0")/common.sh"

"${prof[@]}" -o "$work/x.prof" -- "${py[@]}" -c 'import json' 2>"$work/err"
for v in 3.9 3.13 3.14 3.15; do
	python_use $v
	[ "$PYDIR" = "$tests_dir" ] || cp "$work/x.prof" "$cache/forky$PYDIR/x.prof"
	dir=$work
	[ "$PYDIR" = "$tests_dir" ] || dir=$PYDIR
	if "${PYTHON[@]}" -c "
import pstats
s = pstats.Stats('$dir/x.prof')
s.print_callers(1)
s.print_callees(1)
assert s.total_calls > 100" >"$work/out" 2>"$work/err"; then
		pass "pstats of $v loads .prof"
	else
		fail "pstats of $v loads .prof" "it does not"
	fi
done
