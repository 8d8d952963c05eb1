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

# By the slot who calls behind a switch is taken for another: that is counted as lost, and what is called is counted.
by_slot() {
	packages_use "$1"
	"$bpfprof" -q --bias off --builtins=require -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/greenlets.py" \
		>"$work/out" 2>"$work/err"
	if /usr/bin/python3 - "$work/p.json" 2>>"$work/err" <<'EOF2'
import json, sys
p = json.load(open(sys.argv[1]))
calls = {f["name"]: f["ncalls"] for f in p["functions"]}
switch = "<method 'switch' of 'greenlet.greenlet' objects>"
assert (calls["turn"], calls["leaf"], calls["<built-in method builtins.sorted>"], calls[switch]) == (510, 1011, 510, 1030), calls
assert p["losses"]["dropped"]["count"] > 0, p["losses"]
EOF2
	then
		pass "greenlets by the slot, $1"
	else
		fail "greenlets by the slot, $1" "$(tail -1 "$work/err")"
	fi
	unset PYTHONPATH
}

"$tests_dir/fetch-pythons.sh" packages
VERSIONS=${VERSIONS:-3.11 3.14 3.15} each_version greenlets
VERSIONS=3.9 each_version by_slot
