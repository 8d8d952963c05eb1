#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Calls of C functions whose ends are not told, as where they set another profile function: what comes next is not
# beneath them, nor is its time theirs.
# shellcheck source=tests/e2e/cfuncs/common.sh
. "$(dirname "$0")/common.sh"

# The loop that follows sys.setprofile(None) is its caller's.
has_time() {
	/usr/bin/python3 - "$work/p.json" 2>>"$work/err" <<'EOF2'
import json, sys
p = json.load(open(sys.argv[1]))
own = {f["name"]: f["tottime_ns"] for f in p["functions"]}
assert own["waits"] > own["<built-in method sys.setprofile>"], own
EOF2
}

replaced() {
	local pairs=(by_function\>{first,then}"=3" by_profiler\>{first,then}"=3" fails\>{first,then}"=6"
		"<built-in method builtins.sorted>>unsets=9" "unsets>then=9" "beneath>first=3")
	is_old "$1" || pairs+=("tool_fails>first=3" "tool_fails>then=1")
	"$bpfprof" -q --bias off --builtins=require -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/replaced.py" \
		>"$work/out" 2>"$work/err"
	if has_pairs "${pairs[@]}"; then
		pass "who calls next, $1"
	else
		fail "who calls next, $1" "counts differ"
	fi
	if has_time; then
		pass "whose time that is, $1"
	else
		fail "whose time that is, $1" "it is the C function's"
	fi
}

each_version replaced
