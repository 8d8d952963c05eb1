#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Of every interpreter, stacks, lines and names are the interpreter's own words for them.
# shellcheck source=tests/e2e/dump/common.sh
. "$(dirname "$0")/common.sh"

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
	stop
done
