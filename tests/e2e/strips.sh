#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What threads did when. strips.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" strips "$1"

cat >"$work/check.py" <<'EOF2'
import ast, json, sys
p, spans = json.load(open(sys.argv[1])), ast.literal_eval(open(sys.argv[2]).read())
assert not p["losses"].keys() - {"unsplit"}, p["losses"]
rows = {t["name"]: t for t in p["threads"]}
def did(t, state): return t["strip"].get(state + "_ns", [0] * t["strip"]["bins"])
def within(t, state, *names):
    "So long it was in that state in bins that those parts of the program touch."
    s = t["strip"]
    def touched(i):
        begins = s["start_ns"] + i * s["bin_ns"]
        return any(begins < spans[n][1] and spans[n][0] < begins + s["bin_ns"] for n in names)
    return sum(ns for i, ns in enumerate(did(t, state)) if touched(i))
def total(t, state): return sum(did(t, state))
OTHERS = ("lock", "pipe", "socket", "poll")
for t in rows.values():
    s = t["strip"]
    states = [k[:-3] for k, v in s.items() if isinstance(v, list)]
    for i in range(s["bins"]):
        told = sum(did(t, state)[i] for state in states)
        assert told <= s["bin_ns"] and (told == s["bin_ns"] or i == s["bins"] - 1), (i, told, s["bin_ns"])
    # what is told in all is told in time; and what it waited in no function, as it began and ended, too
    for reason, ns in t["reasons"].items():
        reason = reason[:-3]
        assert reason in OTHERS + ("other",) or total(t, reason) >= ns, (t["name"], reason, total(t, reason), ns)
    assert sum(total(t, r) for r in OTHERS + ("idle",)) >= sum(t["reasons"].get(r + "_ns", 0) for r in OTHERS), t
lived, worked = rows["lived"], rows["worked"]
# each in its time, and nowhere else
assert 0.1e9 < total(lived, "sleep") == within(lived, "sleep", "slept"), lived["strip"]
assert within(lived, "lock", "locked") > 0.1e9 and not within(lived, "lock", "spun"), lived["strip"]
for name in ("spun", "spun again"):
    assert within(lived, "running", name) > 0, (name, lived["strip"])
assert total(worked, "idle") == within(worked, "idle", "idled") > 0.2e9, worked["strip"]
bars = [e for e in json.load(open(sys.argv[3]))["traceEvents"] if e.get("cat") == "state" and e["ph"] == "b"]
# whatever a bar is named after, which on a busy machine is that the thread could run
assert {"running_ns", "sleep_ns", "lock_ns"} <= set().union(*(e["args"] for e in bars if e["id"] == lived["tid"])), bars
EOF2

for row in usdt:3.9 inline:3.9 eval:3.11 inline:3.11 inline:3.14; do
	python_use "${row#*:}"
	"$bpfprof" -q -b off "--backend=${row%:*}" -o "$work/p.json" -o "$work/p.trace.json" -- "${PYTHON[@]}" "$PYDIR/targets/phases.py" \
		>"$work/out" 2>"$work/err"
	checks "$row" "$work/check.py" "$work/p.json" "$work/out" "$work/p.trace.json"
done
