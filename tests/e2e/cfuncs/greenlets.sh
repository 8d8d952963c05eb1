#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Greenlets that switch away, and are raised into, in the middle of calls of C functions (3.11 on: before, who calls behind a
# switch is not told right, of Python functions neither).
# shellcheck source=tests/e2e/cfuncs/common.sh
. "$(dirname "$0")/common.sh"

greenlets() {
	local switch="<method 'switch' of 'greenlet.greenlet' objects>" sorted='<built-in method builtins.sorted>'
	packages_use "$1"
	[ "$1" != 3.11 ] || unset PYTHONPATH
	"$bpfprof" -q --bias off --builtins=require -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/greenlets.py" \
		>"$work/out" 2>"$work/err"
	if has_pairs "rounds>$switch=510" "run>$sorted=510" "$sorted>turn=510" "turn>$switch=510" 'turn>leaf=1010' \
		'leaf><built-in method builtins.len>=1011' "ended>$switch=10" \
		"ended><method 'throw' of 'greenlet.greenlet' objects>=10"; then
		pass "greenlets in C functions, $1"
	else
		fail "greenlets in C functions, $1" "counts differ"
	fi
	unset PYTHONPATH
}

"$tests_dir/fetch-pythons.sh" packages
VERSIONS=${VERSIONS:-3.11 3.14 3.15} each_version greenlets
