#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# --timeline: the last calls of a run one by one, by every backend. timeline.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" timeline "$1"
here=$(cd "$(dirname "$0")" && pwd)

cat >"$work/last.py" <<'EOF2'
import os
def leaf(): pass
def branch():
    leaf()
    leaf()
def main():
    for _ in range(500): branch()
    os._exit(0)
main()
EOF2
cat >"$work/loop.py" <<'EOF2'
def leaf(): pass
def main():
    print("ready", flush=True)
    while True: leaf()
main()
EOF2
cat >"$work/check.py" <<'EOF2'
import json, sys
what, n, trace, stored = sys.argv[1], int(sys.argv[2]), json.load(open(sys.argv[3])), json.load(open(sys.argv[4]))
def ns(us): return round(us * 1000)
calls = [e for e in trace["traceEvents"] if e["ph"] == "X" and e["cat"] != "thread"]
lives = {e["tid"]: e for e in trace["traceEvents"] if e["ph"] == "X" and e["cat"] == "thread"}
names = [e["name"] for e in calls]
kinds = {e["cat"] for e in calls}
counted = sum(f["ncalls"] + f["open"] for f in stored["functions"])
# The thread of a process that runs on may have been about to record the call that it was leaving.
late = "attached" in what
flag = {key: [e["name"] for e in calls if key in e["args"]] for key in ("began_before", "goes_on")}
def nested():
    "Each call begins and ends within the one that it is drawn in."
    for tid in lives:
        open_until = []
        for e in sorted((e for e in calls if e["tid"] == tid), key=lambda e: (ns(e["ts"]), -ns(e["dur"]))):
            start, end = ns(e["ts"]), ns(e["ts"]) + ns(e["dur"])
            while open_until and open_until[-1] <= start: open_until.pop()
            if open_until and end > open_until[-1]: return False
            open_until.append(end)
    return True
wanted = {
    "last": lambda: names[-5:] == ["leaf", "leaf", "branch", "main", "<module>"],
    "open": lambda: flag["goes_on"][-2:] == ["main", "<module>"] and not flag["began_before"],
    "attached": lambda: flag["goes_on"][-2:] == flag["began_before"][-2:] == ["main", "<module>"] and
        set(names[:-3]) == {"leaf"},
    "blocks": lambda: kinds == {"block"} and len(lives) == 2 and names[-1] == "<block outer>",
}
bad = [why for why, ok in (
    ("as many as were asked for", n - late <= len(calls) <= n),
    ("the others are counted", trace["otherData"]["calls"] == len(calls) and
        abs(trace["otherData"]["earlier_calls"] + len(calls) - counted) <= late),
    ("nested", nested()),
    ("every thread has a life", {e["tid"] for e in calls} <= lives.keys()),
    ("where it is", all(":" in e["args"]["at"] for e in calls)),
    *((word, wanted[word]()) for word in what.split(","))) if not ok]
if bad: sys.exit(f"{bad} {names[-8:]} {flag['goes_on'][-4:]} {trace['otherData']} {counted}")
EOF2

# timeline NAME WHAT N ARGUMENT...: of that run, by check.py
timeline() {
	local name=$1 what=$2 n=$3
	shift 3
	if "$bpfprof" -q --timeline "$n" -o "$work/t.trace.json" -o "$work/t.json" "$@" >"$work/out" 2>"$work/err" &&
		/usr/bin/python3 "$work/check.py" "$what" "$n" "$work/t.trace.json" "$work/t.json" 2>>"$work/err"; then
		pass "$name"
	else
		fail "$name" "see there"
	fi
}

python_use 3.11
for backend in inline eval; do
	timeline "$backend" last,open 700 --backend=$backend -- "${PYTHON[@]}" "$work/last.py"
done
start "${PYTHON[@]}" "$work/loop.py"
timeline "attached" attached 20 -p "$pid" -d 0.5
stop
python_use 3.9
timeline "usdt" last,open 700 --backend=usdt -- "${PYTHON[@]}" "$work/last.py"
if gcc -O2 "-I$here/../../include" "$here/marked.c" -o "$work/marked" "$(dirname "$bpfprof")/libbpfprof.a" \
	-lpthread -ldl 2>"$work/err"; then
	timeline "markers" blocks 1000 --backend=markers -- "$work/marked" threads 2
else
	fail "markers" "gcc failed"
fi
