#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Without the GIL, waits while all threads are stopped are told from those for locks; with it there are none.
# stopped_world.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" clocks/stopped_world "$1"

cat >"$work/check.py" <<'EOF2'
import json, sys
p, stops = json.load(open(sys.argv[1])), sys.argv[2] == "3.13t"
f = {f["name"]: f["own_reasons"] for f in p["functions"] if f["file"].endswith("/worlds.py")}
def mostly(name, reason):
    others = sum(ns for which, ns in f[name].items() if which != reason)
    assert f[name].get(reason, 0) > others, (name, reason, f[name])
mostly("waits_for_lock", "lock_ns")
if stops:
    mostly("is_stopped", "stw_ns")
    assert f["forks"].get("stw_ns", 0) > f["forks"].get("lock_ns", 0), f["forks"]
for t in p["threads"] + [p["totals"]]:
    assert stops or "stw_ns" not in t["reasons"], t
    assert sum(t["reasons"].values()) == t["off_ns"] - t["runnable_ns"], t
for r in p["functions"] + p["edges"]:
    for which in "own", "cum":
        assert sum(r[which + "_reasons"].values()) == r[which + "_off_ns"] - r[which + "_runnable_ns"], r
EOF2

for version in 3.11 $(pythons_all | grep -x 3.13t); do
	python_use "$version"
	for backend in inline eval; do
		"$bpfprof" -q -b off "--backend=$backend" -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/worlds.py" \
			>"$work/out" 2>"$work/err"
		checks "$version by $backend" "$work/check.py" "$work/p.json" "$version"
	done
done
