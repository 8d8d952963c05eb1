#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Several processes are told of in one window: from when the last is entered until the first is left. window.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" window "$1"
python_use 3.11

# Each has the other's number by its first line. What the first calls until the second is entered, and the second
# once the first is left, is in no figure; what they are told to call in between is.
cat >"$work/one_of.py" <<-'E2'
	import sys
	def early(): pass
	def work(): pass
	def late(): pass
	def entered():
	    with open("/proc/%d/maps" % other) as maps: return "/memfd:bpfprof-" in maps.read()
	print("ready", flush=True)
	first, other = map(int, sys.stdin.readline().split())
	while first and not entered(): early()
	for _ in range(int(sys.stdin.readline())): work()
	print("done", flush=True)
	sys.stdin.readline()
	while not first and entered(): pass
	for _ in range(1000): late()
E2
cat >"$work/window.py" <<-'E2'
	import json, sys
	p = json.load(open(sys.argv[1]))
	calls = {f["name"]: f["ncalls"] for f in p["functions"] if f["file"].endswith("one_of.py")}
	assert calls["work"] == 42 and not calls.get("early") and not calls.get("late"), calls
	begins = {q["start_ns"] for q in p["processes"]} | {p["target"]["start_ns"]}
	assert len(p["processes"]) == 2 and len(begins) == 1, p["processes"]
	assert all(t["start_ns"] >= p["target"]["start_ns"] for t in p["threads"]), p["threads"]
	assert not p["losses"], p["losses"]
E2

# to N LINE: a line for the process N; said N LINES: it has said so many
to() {
	echo "$2" >"$work/in$1"
}

said() {
	[ "$(wc -l <"$work/said$1")" = "$2" ]
}

for backend in inline eval; do
	for n in 0 1; do
		rm -f "$work/in$n"
		mkfifo "$work/in$n"
		: >"$work/said$n"
		"${PYTHON[@]}" "$work/one_of.py" <>"$work/in$n" >"$work/said$n" &
		pids[n]=$!
		started+=($!)
		soon said $n 1
	done
	to 0 "1 ${pids[1]}"
	to 1 "0 ${pids[0]}"
	counting --bias off --backend=$backend --timeline 100000 -o "$work/x.json" -o "$work/x.trace.json" \
		-p "${pids[0]}" -p "${pids[1]}"
	to 0 10
	to 1 32
	soon said 0 2
	soon said 1 2
	to 1 ""
	kill -INT "$me"
	wait "$me"
	wait "${pids[1]}"
	to 0 ""
	wait "${pids[0]}"
	checks "$backend, calls of before and after" "$work/window.py" "$work/x.json"
	checks "$backend, on the timeline too" - "$work/x.trace.json" <<-'E2'
		import json, sys
		names = [e["name"].split(" ")[0] for e in json.load(open(sys.argv[1]))["traceEvents"] if e["ph"] in "XBbi"]
		assert not {"early", "late"} & set(names) and names.count("work") == 42, set(names)
	E2
done
