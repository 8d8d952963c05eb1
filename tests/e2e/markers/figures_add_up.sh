#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Figures add up, in all and by thread, and beside functions.
# shellcheck source=tests/e2e/markers/common.sh
. "$(dirname "$0")/common.sh"

marked
"${prof[@]}" -o "$work/p.json" -- "$work/pie" threads 24 2>"$work/err"
python3 - "$work/p.json" >"$work/out" <<'EOF'
import json, sys

p = json.load(open(sys.argv[1]))
assert [(t["track_idx"], t["track_name"], t["enabled"]) for t in p["tracks"]] == \
    [(1, "one", True), (2, None, True)]
of = {b["name"]: b for t in p["tracks"] for b in t["blocks"]}
for name, hits in ("outer", 100), ("recurse", 400), ("inner", 300):
    b = of[name]
    assert len({t["tid"] for t in b["threads"]}) == 24, name
    assert all(t["hit_count"] == hits for t in b["threads"]), name
    assert sum(b["histogram"]) == b["hit_count"] == 24 * hits
    for field in "total_time_ns", "own_time_ns":
        assert sum(t[field] for t in b["threads"]) == b[field]
    assert b["min_time_ns"] <= b["p50_ns"] <= b["p99_ns"] <= b["max_time_ns"] <= b["total_time_ns"]
    assert b["file"].endswith("marked.c") and b["line"]
# recursion counts once in the total, and every hit alone
assert of["recurse"]["max_time_ns"] * 2400 >= of["recurse"]["total_time_ns"]
assert of["outer"]["total_time_ns"] >= of["recurse"]["total_time_ns"] + of["inner"]["total_time_ns"]
assert of["outer"]["own_time_ns"] == of["outer"]["total_time_ns"] \
    - of["recurse"]["total_time_ns"] - of["inner"]["total_time_ns"]
calls = {f["name"]: (f["ncalls"], f["primitive_calls"]) for f in p["functions"]}
assert calls == {"<block outer>": (2400, 2400), "<block recurse>": (9600, 2400),
                 "<block inner>": (7200, 7200)}, calls
edges = {(e["caller_name"], e["callee_name"]): e["ncalls"] for e in p["edges"]}
assert edges == {("<block outer>", "<block inner>"): 7200, ("<block outer>", "<block recurse>"): 2400,
                 ("<block recurse>", "<block recurse>"): 7200}, edges
print("well")
EOF
same 'figures add up, in all and by thread' "$(cat "$work/out")" well
