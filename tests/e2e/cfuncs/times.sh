#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What time calls of C functions take, and what counting adds to them.
# shellcheck source=tests/e2e/cfuncs/common.sh
. "$(dirname "$0")/common.sh"

# What counting adds to calls of C functions is measured, and taken off by each row's calls.
taken_off() {
	"$bpfprof" -q --builtins=require -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/tools.py" >"$work/out" \
		2>"$work/err" <<<"work 5000"
	if why=$(/usr/bin/python3 - "$work/p.json" 2>&1 <<'EOF2'
import json, sys
p = json.load(open(sys.argv[1]))
bias, rows = p["target"]["bias"], {f["name"]: f for f in p["functions"]}
c, work = bias["c"], rows["work"]
length = next(e for e in p["edges"] if e["caller"] == work["id"] and e["callee_name"] == "<built-in method builtins.len>")
assert bias["from"] == "measured" and not any("own" in note for note in p["notes"]), p
assert c["inside_ns"] + c["outside_ns"] > 0 < c["inside_error_ns"] and c["outside_error_ns"] > 0, c
assert (length["ncalls"], work["child_calls"]) == (5000, 10000), (length, work)
for row, off in (length, 5000 * c["inside_ns"]), (work, bias["inside_ns"] + 10000 * c["outside_ns"]):
    off += row["first_calls"] * bias["first_ns"]
    room = max(0, row["raw_tottime_ns"] - row["own_off_ns"])
    assert abs(row["raw_tottime_ns"] - min(off, room) - row["tottime_ns"]) <= 2, (row, off)
    assert row["error_ns"] > 0, row
EOF2
	); then
		pass "what it adds is taken off, $1"
	else
		fail "what it adds is taken off, $1" "$(tail -1 <<<"$why")"
	fi
}

VERSIONS=${VERSIONS:-3.11 3.14} each_version taken_off
