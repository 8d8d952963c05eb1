#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Threads that only compute wait for the GIL, from the first moment that they are counted on, and for nothing else.
# shellcheck source=tests/e2e/clocks/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/spins.py" <<'E2'
import json, sys
p = json.load(open(sys.argv[1]))
assert not p["losses"].keys() - {"unsplit"}, p["losses"]
spun = [f for f in p["functions"] if f["file"].endswith("targets/spin.py")]
assert spun, p["functions"]  # they are open; whether one gets a CPU in that time nobody can say
for f in spun:
    assert not f["own_reasons"].keys() - {"gil_ns", "stopped_ns", "fault_ns"}, (f["name"], f["own_reasons"])
E2

for row in inline:3.11 eval:3.11 inline:3.9 inline:3.14; do
	python_use "${row#*:}"
	start "${PYTHON[@]}" "$PYDIR/targets/spin.py"
	for turn in 1 2 3 4; do
		rm -f "$work/p.json"
		"$bpfprof" -q -b off -d 0.3 "--backend=${row%:*}" -p "$pid" -o "$work/p.json" >"$work/out" 2>"$work/err"
		checks "$row, time $turn" "$work/spins.py" "$work/p.json"
	done
	stop
done
