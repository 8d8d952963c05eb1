#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Generators that are thrown into, beside what traces the program.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

# 3.11 tells a profile function of a throw() before all, and 3.12 and later write over what stands at the
# beginning of a line: generators that are thrown into are counted as without.
thrown() {
	"${prof[@]}" --backend="$backend" -n thrown.py -- "${PYTHON[@]}" -c "import runpy, sys
$1
runpy.run_path('$PYDIR/workloads/thrown.py', run_name='__main__')" 2>"$work/err" >"$work/out"
	sed -n 's/^ *\([0-9]*\) .*thrown.py:\(.*)\).*/\1 \2/p' "$work/out" | sort
}

# thrown_beside VERSION NAME CODE
thrown_beside() {
	python_use "$1"
	thrown pass >"$work/alone"
	thrown "$3" >"$work/beside"
	if grep -q 'leaf' "$work/alone" && diff "$work/alone" "$work/beside" >>"$work/err"; then
		pass "$1 $backend beside $2: generators that are thrown into"
	else
		fail "$1 $backend beside $2: generators that are thrown into" "counts differ"
	fi
}

each_backend thrown_beside 3.11 sys.setprofile 'sys.setprofile(lambda *_: None)'
each_backend thrown_beside 3.14 sys.monitoring 'm = sys.monitoring
m.use_tool_id(3, "lines")
m.register_callback(3, m.events.LINE, lambda *_: None)
m.set_events(3, m.events.LINE)'
