#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Reports while the target runs: no count goes back, and the target is not stopped for them.
# live.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" live "$1"

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

# Who is told that it counts may end it at once.
python_use 3.11
start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
mkfifo "$work/err.fifo"
for ((i = 0; i < 10; i++)); do
	"$bpfprof" -p "$pid" -f json >"$work/out" 2>"$work/err.fifo" &
	me=$!
	started+=("$me")
	exec 9<"$work/err.fifo"
	read -r -t 60 _ <&9
	kill -INT $me
	wait $me || break
	exec 9<&-
done
if [ $i = 10 ]; then
	pass "ended at its first word"
else
	fail "ended at its first word" "of no help: no report"
fi
stop

# Where an interval ends with the run the last report is that interval's.
cat >"$work/ticks.py" <<'EOF2'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
final = json.load(open(sys.argv[2]))
ticks = [line for line in lines if line["record"] == "tick"]
assert len(ticks) <= int(sys.argv[3]), len(ticks)
told = sum(f["ncalls"] for t in ticks for f in t["functions"])
whole = sum(f["ncalls"] for f in final["functions"])
assert told == whole > 0, (told, whole)
EOF2
start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
for n in 1 2 3; do
	"$bpfprof" -q -p "$pid" -i 0.5 -d "$(/usr/bin/python3 -c "print($n / 2)")" -o "$work/s.ndjson" -o "$work/p.json" \
		>"$work/out" 2>"$work/err"
	checks "no more than $n intervals in $n" "$work/ticks.py" "$work/s.ndjson" "$work/p.json" "$n"
done
"$bpfprof" -q -p "$pid" -i 0.5 -d 0.5 -f json >"$work/out" 2>"$work/err"
if [ "$(grep -c '^ "schema"' "$work/out")" = 1 ]; then
	pass "one report of one interval"
else
	fail "one report of one interval" "$(grep -c '^ "schema"' "$work/out")"
fi
stop

"$bpfprof" -q -i 0.1 -o "$work/p.json" -- "${PYTHON[@]}" -c $'import time
def f(): time.sleep(0.05)
while True: f()' &
me=$!
started+=("$me")
if soon grep -q '"name": "f"' "$work/p.json" 2>/dev/null && kill -0 $me; then
	pass "a file that is written again"
else
	fail "a file that is written again" "it is not there while the program runs"
fi
kill -TERM $me
wait $me 2>/dev/null
if [ "$(find "$work" -name 'p.json*' | wc -l)" = 1 ]; then
	pass "nothing is left beside it"
else
	fail "nothing is left beside it" "$(find "$work" -name 'p.json*')"
fi
