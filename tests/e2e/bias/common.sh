# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The profiler's own time: measured before a run, stored by calibrate, taken off. Sourced by each case.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "bias/$(basename "$0" .sh)" "$1"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# many calls that do little, timed by itself as well: prints seconds
cat >"$work/calls.py" <<'EOF2'
import time
def leaf():
    pass
def loop():
    for _ in range(20000):
        leaf()
loop()
begin = time.thread_time()
loop()
print(time.thread_time() - begin)
EOF2

# bursts of small calls between sleeps; nothing but sleeps
cat >"$work/daemon.py" <<'EOF2'
import sys, time
def leaf():
    pass
def work(n):
    for _ in range(n):
        leaf()
print("ready", flush=True)
while True:
    work(int(sys.argv[1]))
    time.sleep(.01)
EOF2

# PROFILE: what holds of every profile, however busy the machine was
cat >"$work/holds.py" <<'EOF2'
import json, sys
def holds(p):
    rows, total = p["functions"] + p["edges"], p["totals"]
    beneath = {f["id"]: 0 for f in p["functions"]}
    for e in p["edges"]:
        beneath[e["caller"]] += e["cumtime_ns"]
    assert sum(f["tottime_ns"] for f in p["functions"]) == total["tottime_ns"] >= 0, total
    for r in rows:
        # the two clocks, of time and of time away, may be apart by as much as is away
        assert r["tottime_ns"] >= min(0, r["raw_tottime_ns"]), r
        assert r["tottime_ns"] - 1 <= r["cumtime_ns"] <= total["tottime_ns"], (r, total)
        assert r["is_estimate"] == (r["raw_tottime_ns"] - r["tottime_ns"] > max(
            0, r["tottime_ns"] - r["own_off_ns"])), r
    called = {f["id"]: set() for f in p["functions"]}
    for e in p["edges"]:
        called[e["caller"]].add(e["callee"])
    def leads_to(f):
        seen, new = set(), called[f]
        while new:
            seen, new = seen | new, set().union(*(called[g] for g in new)) - seen - new
        return seen
    for f in p["functions"]:
        if f["ncalls"] and f["id"] not in leads_to(f["id"]):
            assert f["cumtime_ns"] + len(rows) >= f["tottime_ns"] + beneath[f["id"]], f
def is_in_error(r, b):
    """What is no call may cost what one does, of what is left on a CPU, and is in the stated error."""
    each, left = b["inside_ns"] + b["outside_ns"], r["tottime_ns"] - r["own_off_ns"]
    assert r["error_ns"] >= min(r["other_events"] * each, left) - 1, (r, each)
if __name__ == "__main__":
    holds(json.load(open(sys.argv[1])))
EOF2

# PROFILE SECONDS FROM: raw times are above the true ones, corrected ones nearer to them
cat >"$work/check.py" <<'EOF2'
import json, sys
from holds import holds
p, true = json.load(open(sys.argv[1])), float(sys.argv[2]) * 1e9
holds(p)
b = p["target"]["bias"]
assert b["from"] == sys.argv[3], b
# where others had the processors, no event of a probe was quick enough to tell the pace by
assert b["pace"] > 0 or p["target"]["backend"] != "inline", b
# beside a trap the first call in a place takes no longer than can be told, or a little
assert b["first_ns"] > 0 or (b["first_ns"] == 0 and p["target"]["backend"] != "inline"), b
assert b["inside_ns"] + b["outside_ns"] > 0 and b["inside_error_ns"] > 0 < b["outside_error_ns"], b
f = {f["name"]: f for f in p["functions"] if f["file"].endswith("calls.py")}
for r in f.values():
    off = (r["ncalls"] * b["inside_ns"] + r["child_calls"] * b["outside_ns"]
           + r["first_calls"] * b["first_ns"])
    room = max(0, r["raw_tottime_ns"] - r["own_off_ns"])
    assert abs(r["raw_tottime_ns"] - min(off, room) - r["tottime_ns"]) <= 2, r
leaf, loop = f["leaf"], f["loop"]
assert (leaf["ncalls"], leaf["child_calls"], loop["ncalls"], loop["child_calls"],
        loop["first_calls"]) == (40000, 0, 2, 40000, 1), f
assert loop["calls_beneath"] == 40000, loop
raw, corrected = ((loop[k] - loop["cum_off_ns"]) / 2 for k in ("raw_cumtime_ns", "cumtime_ns"))
if len(sys.argv) > 4:  # traps: far above the true time
    assert raw > true and abs(corrected - true) < abs(raw - true) / 2, (raw, corrected, true)
EOF2

# placed FILE: that of $work, where the interpreter sees it: $script
placed() {
	script=$work/$1
	[ "$PYDIR" != "$tests_dir" ] || return 0
	cp "$script" "$cache/forky$PYDIR/$1"
	script=$PYDIR/$1
}

# profiled BACKEND:VERSION FILE: launched, as $work/p.json
profiled() {
	python_use "${1#*:}"
	placed "$2"
	"$bpfprof" -q "--backend=${1%:*}" -o "$work/p.json" -- "${PYTHON[@]}" "$script" >"$work/out" 2>"$work/err"
}
