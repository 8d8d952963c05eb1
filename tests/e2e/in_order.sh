#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Figures that must not contradict each other do not, of short looks, of intervals, with threads and children.
# in_order.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" in_order "$1"

cat >"$work/check.py" <<'E2'
import json, sys
seen = {"functions": 0, "edges": 0, "paths": 0, "threads": 0}
def times(where, r):
    "Of a row of functions, pairs or paths"
    tot, cum, off, cum_off = (r[k] for k in ("tottime_ns", "cumtime_ns", "own_off_ns", "cum_off_ns"))
    assert 0 <= r["own_runnable_ns"] <= off <= tot <= cum, (where, r)
    assert r["cum_runnable_ns"] <= cum_off <= cum and off <= cum_off, (where, r)
    assert tot - off <= cum - cum_off, (where, "on a CPU", r)
    assert 0 <= r["raw_tottime_ns"] <= r["raw_cumtime_ns"], (where, "raw", r)
    assert r["primitive_calls"] <= r["ncalls"], (where, r)
    for which, away in ("own", off), ("cum", cum_off):
        if f"{which}_reasons" in r:
            why = r[f"{which}_reasons"].values()
            assert sum(why) == away - r[f"{which}_runnable_ns"] and min(why, default=0) >= 0, (where, r)
def strip(where, t):
    "What the thread did when: from its beginning to its end"
    s = t["strip"]
    ends = s["start_ns"] + s["bins"] * s["bin_ns"]
    assert t["start_ns"] - s["bin_ns"] < s["start_ns"] and ends - s["bin_ns"] <= t["end_ns"], (where, t)
    for i, did in enumerate(zip(*(v for v in s.values() if isinstance(v, list)))):
        assert 0 <= min(did) and sum(did) <= s["bin_ns"], (where, i, did, t)
def thread(where, t, target, whole):
    "whole: of all of the run, not of a part of it"
    assert 0 <= t["off_ns"] <= t["tottime_ns"] and 0 <= t["idle_ns"] <= t["off_ns"], (where, t)
    assert not whole or t["raw_tottime_ns"] <= t["end_ns"] - t["start_ns"] <= target["duration_ns"], (where, t, target)
    if t.get("strip"):
        strip(where, t)
def profile(name, p, whole):
    paths = p.get("paths", {})
    paths = [dict(zip(paths, row)) for row in zip(*paths.values())]
    for kind, rows in ("functions", p["functions"]), ("edges", p["edges"]), ("paths", paths):
        for r in rows:
            times((name, kind), r)
        seen[kind] += len(rows)
    for t in p["threads"]:
        thread((name, "threads"), t, p["target"], whole)
        seen["threads"] += 1
for name in sys.argv[1:]:
    text = open(name).read()
    if name.endswith(".ndjson"):
        for line in text.splitlines():
            if json.loads(line)["record"] == "tick":
                profile(name, json.loads(line), False)
    else:
        profile(name, json.loads(text), "rotated" not in name)
assert min(seen.values()), seen
E2

# looks BACKEND: short looks, and parts of longer ones
looks() {
	local options=(-q "--backend=$1" -p "$pid")
	"$bpfprof" "${options[@]}" -d 0.05 -o "$work/look.json"
	"$bpfprof" "${options[@]}" --paths -d 0.3 -o "$work/paths.json"
	"$bpfprof" "${options[@]}" -d 1 -i 0.05 -o "$work/ticks.ndjson"
	"$bpfprof" "${options[@]}" --paths -d 0.5 --rotate 0.1 -o "$work/rotated-%s.json"
}

for row in usdt:3.9 inline:3.9 eval:3.11 inline:3.14; do
	python_use "${row#*:}"
	rm -f "$work"/*json
	start "${PYTHON[@]}" "$PYDIR/targets/figures.py" 120
	looks "${row%:*}" >"$work/out" 2>"$work/err"
	stop
	checks "$row, attached" "$work/check.py" "$work"/*json
	rm -f "$work"/*json
	for options in "" --paths "--children --paths"; do
		# shellcheck disable=SC2086
		"$bpfprof" -q $options "--backend=${row%:*}" -o "$work/p${options// /}.json" -- \
			"${PYTHON[@]}" "$PYDIR/targets/figures.py" 0.3 fork >"$work/out" 2>"$work/err"
	done
	checks "$row, launched" "$work/check.py" "$work"/*json
done
