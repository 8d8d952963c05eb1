#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What threads did when is told of each file's interval, all of it and nothing else, in bins as fine as those of the
# first; also where the interval before could not be written. A trace has the same.
# shellcheck source=tests/e2e/rotate/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/threads.py" <<-'E2'
	import threading, time
	def work():
	    while True:
	        time.sleep(0.002)
	        sum(range(1000))
	def wait():
	    threading.Event().wait()
	threading.Thread(target=work, name="works").start()
	threading.Thread(target=wait, name="waits").start()
	threading.Thread(target=time.sleep, args=(0,)).start() # ends before anything is counted, or at once
	print("ready", flush=True)
	wait()
E2
cat >"$work/check.py" <<-'E2'
	import glob, json, sys
	files = glob.glob(sys.argv[1] + "/p-*.json")
	parts = [json.load(open(f)) for f in files if not f.endswith(".trace.json")]
	parts.sort(key=lambda p: p["target"]["start_ns"])
	ends, told = {}, 0
	for p in parts:
	    begin = p["target"]["start_ns"]
	    for t in p["threads"]:
	        ended, ends[t["tid"]] = ends.get(t["tid"], t["start_ns"]), t["end_ns"]
	        s = t.get("strip")
	        assert s or t["end_ns"] <= max(begin, ended) or not ended, t
	        if not s:
	            continue
	        told += 1
	        sums = [sum(did) for did in zip(*(v for v in s.values() if isinstance(v, list)))]
	        # inline: a thread begins at a tick, which its switch turns into ns by the ratio as known then
	        off = abs(s["start_ns"] - ended)
	        assert off <= (0 if begin > t["start_ns"] else 100000), ("start", off, t)
	        # one goes on where the one before ends; what is told as a reading is made is told by the one before
	        ends[t["tid"]] = s["start_ns"] + sum(sums)
	        assert ends[t["tid"]] >= t["end_ns"], ("end", ends, t)
	        assert set(sums[:-1]) <= {s["bin_ns"]} or sys.argv[2] == "joined" and max(sums) < s["bin_ns"] + 16, (sums, s)
	        assert len(sums) > 32 or s["bin_ns"] == 1 << 20 or sys.argv[2] == "joined", (len(sums), s["bin_ns"])
	assert told >= 3 * len(parts) - 2, (told, len(parts))
	for f in files:
	    if not f.endswith(".trace.json"):
	        continue
	    p, events = json.load(open(f.replace(".trace", ""))), json.load(open(f))["traceEvents"]
	    bars = {e["tid"]: e for e in events if e.get("cat") == "thread"}
	    for t in p["threads"]:
	        bar, from_ns = bars[t["tid"]], max(t["start_ns"], p["target"]["start_ns"])
	        states = [e["ts"] for e in events if e.get("cat") == "state" and e["tid"] == t["tid"]]
	        assert abs(bar["ts"] * 1000 - from_ns) < 1000, (bar, t)
	        assert abs(bar["dur"] * 1000 - (t["end_ns"] - from_ns)) < 1000, (bar, t)
	        assert max(states, default=0) <= bar["ts"] + bar["dur"] + 1, (bar, states)
E2

for backend in inline eval; do
	rm -rf "$work/files"
	mkdir "$work/files"
	start "${PYTHON[@]}" "$work/threads.py"
	exec 8<&-
	counting --bias off --backend=$backend -p "$pid" --rotate 1h -o "$work/files/p-%Y.json" -o "$work/files/p-%Y.trace.json"
	for n in 2 4 6 8; do
		kill -USR1 "$me"
		soon has_files $n
	done
	kill -INT "$me"
	wait "$me"
	checks "$backend: of each interval" "$work/check.py" "$work/files" exact
	stop
done

mkdir -p "$work/files"
rm -f "$work"/files/*
start "${PYTHON[@]}" "$work/threads.py"
exec 8<&-
counting --bias off -p "$pid" --rotate 0.2s -o "$work/files/p-%Y.json"
soon has_files 1
mv "$work/files" "$work/away"
soon grep -q 'could not be written' "$work/err"
mv "$work/away" "$work/files"
files=("$work/files"/p-*)
soon has_files $((${#files[@]} + 2))
kill -INT "$me"
wait "$me"
checks "what could not be written is in the next" "$work/check.py" "$work/files" joined
stop
