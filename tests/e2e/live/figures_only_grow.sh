#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# No figure goes back from one report to the next, by every backend.
# shellcheck source=tests/e2e/live/common.sh
. "$(dirname "$0")/common.sh"

# the readings in $work/out: never less than the one before, and of a function that is still open
cat >"$work/check.py" <<'EOF2'
import json, sys
text, readings = open(sys.argv[1]).read(), []
while text.strip():
    reading, end = json.JSONDecoder().raw_decode(text.lstrip())
    text = text.lstrip()[end:]
    readings.append(reading)
figures = ("ncalls", "primitive_calls", "raw_tottime_ns", "raw_cumtime_ns", "calls_beneath")
def rows(p):
    for f in p["functions"]:
        yield (f["file"], f["line"], f["name"]), f
    for e in p["edges"]:
        yield tuple(v for k, v in e.items() if k[6:] in ("_file", "_line", "_name")), e
assert len(readings) >= 4, len(readings)
grown = 0
for a, b in zip(readings[:-1], readings[1:-1]):
    later = dict(rows(b))
    for key, row in rows(a):
        for f in figures:
            assert row[f] <= later[key][f], (key, f, row[f], later[key][f])
            grown += row[f] < later[key][f]
assert grown > 10, grown
last, before = dict(rows(readings[-1])), dict(rows(readings[-2]))
for key, row in before.items():
    assert row["ncalls"] <= last[key]["ncalls"], key
assert not readings[-1]["losses"].keys() - {"unsplit"}, readings[-1]["losses"]
EOF2

has_readings() {
	[ "$(grep -c '^ "schema"' "$work/out")" -ge 8 ]
}

for row in usdt:3.9 eval:3.11 inline:3.9 inline:3.11 inline:3.14; do
	python_use "${row#*:}"
	start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
	: >"$work/out"
	: >"$work/err"
	"$bpfprof" -q --backend="${row%:*}" -p "$pid" -i 0.2 -f json >"$work/out" 2>"$work/err" &
	me=$!
	started+=("$me")
	soon has_readings
	kill -INT $me
	wait $me
	if why=$(/usr/bin/python3 "$work/check.py" "$work/out" 2>&1); then
		pass "$row: figures only grow"
	else
		fail "$row: figures only grow" "$(tail -1 <<<"$why")"
	fi
	stop
done
