#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# No thread has more time than it was counted for, and is away no longer than it was there: what it does while the process
# is being left is in no reading.
# shellcheck source=tests/e2e/clocks/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/naps.py" <<'E2'
import threading, time
def naps(seconds):
    while True:
        time.sleep(seconds)
for seconds in (0.0001, 0.001, 0.005, 0.02):
    threading.Thread(target=naps, args=(seconds,), daemon=True).start()
print("ready", flush=True)
while True:
    sum(range(1000))
E2
cat >"$work/ends.py" <<'E2'
import json, sys
p = json.load(open(sys.argv[1]))
ROUNDED = 2000  # ticks and ns
for t in p["threads"]:
    life = t["end_ns"] - t["start_ns"]
    assert t["off_ns"] <= t["tottime_ns"] + ROUNDED <= life + 2 * ROUNDED, (t["name"], t["off_ns"], t["tottime_ns"], life)
    assert life <= p["target"]["duration_ns"] + ROUNDED, (t["name"], life, p["target"])
E2
chmod a+r "$work"/*.py

for row in inline:3.9 eval:3.9 usdt:3.9 inline:3.11 eval:3.13 inline:3.14; do
	python_use "${row#*:}"
	there=$work
	[ "$PYDIR" = "$tests_dir" ] || there=$PYDIR
	[ "$PYDIR" = "$tests_dir" ] || cp "$work/naps.py" "$cache/forky$PYDIR/"
	start "${PYTHON[@]}" "$there/naps.py"
	for turn in 1 2 3 4; do
		rm -f "$work/p.json"
		"$bpfprof" -q -b off -d 0.05 "--backend=${row%:*}" -p "$pid" -o "$work/p.json" >"$work/out" 2>"$work/err"
		checks "$row, time $turn" "$work/ends.py" "$work/p.json"
	done
	stop
done
