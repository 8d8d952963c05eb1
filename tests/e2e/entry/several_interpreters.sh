#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Interpreters of one process: one that was there and one that came.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

interpreters() {
	driven "${PYTHON[@]}" -u "$PYDIR/targets/interpreters.py"
	: >"$work/out"
	: >"$work/err"
	"$bpfprof" --bias off --backend="$backend" -p "$pid" -d 1.5 -f json >"$work/out" 2>"$work/err" &
	soon grep -q 'profiling process' "$work/err"
	echo >&9
	wait $!
	if [ "$(python3 -c '
import json, sys
p = json.load(open(sys.argv[1]))
print(len({t["tid"] for t in p["threads"] if t["ncalls"] > 1000}))' "$work/out")" = 2 ]; then
		pass "$version $backend interpreters: one that was there and one that came"
	else
		fail "$version $backend interpreters: one that was there and one that came" "not both"
	fi
	stop
	exec 9>&-
}

for version in 3.13 3.14 3.15; do
	python_use $version
	each_backend interpreters
done
