#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The program's own profilers, tracers and debuggers.
# shellcheck source=tests/e2e/cfuncs/common.sh
. "$(dirname "$0")/common.sh"

# The program's own profilers, tracers and debuggers see what they see alone, and bpfprof all of it.
beside() {
	local alone times=4
	is_old "$1" || times=5
	alone=$("${PYTHON[@]}" "$PYDIR/targets/beside.py")
	"$bpfprof" -q --bias off --builtins=require -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/beside.py" \
		>"$work/out" 2>"$work/err"
	if [ -n "$alone" ] && [ "$(cat "$work/out")" = "$alone" ] && /usr/bin/python3 -c 'import json, sys
name = "<method \x27count\x27 of \x27tuple\x27 objects>"
calls = [f["ncalls"] for f in json.load(open(sys.argv[1]))["functions"] if f["name"] == name]
sys.exit(calls != [500 * int(sys.argv[2])])' "$work/p.json" "$times"; then
		pass "beside the program's own tools, $1"
	else
		fail "beside the program's own tools, $1" "one of them sees something else than $alone"
	fi
}

each_version beside
