#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What a run says of itself while it goes on: one line on a terminal, none elsewhere; and reports
# that are drawn in place. progress.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" progress "$1"
# shellcheck source=tests/screen.sh
. "$(dirname "$0")/../screen.sh"
python_use 3.11

cat >"$work/busy.py" <<'E2'
import time
def leaf(): pass
print("ready", flush=True)
while True:
    leaf()
    time.sleep(.001)
E2
start "${PYTHON[@]}" "$work/busy.py"

# script keeps all that is drawn, however short; the line is drawn ten times a second, and to begin
# takes longer than that
on_screen 100 30 script -qefc "$bpfprof -p $pid" "$work/drawn"
shows "what was counted" 'bpfprof: [0-9.]+ s, [1-9][0-9]* calls, [0-9]+ calls/s, nothing lost$'
if grep -Eq 'bpfprof: (loading the BPF programs|entering the process|measuring)' "$work/drawn"; then
	pass "before it, what goes on is said"
else
	fail "before it, what goes on is said" "$(cat -v "$work/drawn")"
fi
keys C-c
shows "the table is there at the end" 'ended: 0'
if grep -q '(leaf)' "$work/out" && ! grep -q 'nothing lost' "$work/out"; then
	pass "and the line is gone"
else
	fail "and the line is gone" "it is not"
fi

on_screen 100 30 "$bpfprof" -q -p "$pid" -d 1
shows "-q: the table" 'ended: 0'
if "${tmux[@]}" capture-pane -p -S - | grep -q 'bpfprof:'; then
	fail "-q: nothing else" "it says something"
else
	pass "-q: nothing else"
fi

on_screen 100 30 "$bpfprof" -p "$pid" -i 0.2
shows "readings have numbers" '^   Report [3-9]: after [0-9.]+ s, 20'
"${tmux[@]}" capture-pane -p -S - >"$work/all"
if [ "$(grep -c 'Report ' "$work/all")" = 1 ] && [ "$(grep -c '(leaf)' "$work/all")" = 1 ]; then
	pass "each stands in the place of the one before"
else
	fail "each stands in the place of the one before" "$(grep -c 'Report ' "$work/all") are there"
fi
keys C-c
shows "the last one stays" 'ended: 0'

on_screen 50 9 "$bpfprof" -q -p "$pid" -i 0.2
shows "on a low, narrow one too" '^   Report [3-9]: after [0-9.]+ s, 20'
"${tmux[@]}" capture-pane -p -S - >"$work/all"
if [ "$(grep -c 'Report ' "$work/all")" = 1 ]; then
	pass "none has gone up and away"
else
	fail "none has gone up and away" "$(grep -c 'Report ' "$work/all") are there"
fi
keys C-c
shows "the last one is whole" 'Times: '

"$bpfprof" -p "$pid" -d 1 -i 0.2 -f json >"$work/out" 2>"$work/err"
if why=$(/usr/bin/python3 - "$work/out" 2>&1 <<'E2'
import json, sys
text, readings = open(sys.argv[1]).read(), []
while text.strip():
    reading, end = json.JSONDecoder().raw_decode(text.lstrip())
    text = text.lstrip()[end:]
    readings.append(reading["target"])
assert [r["sequence"] for r in readings] == [i + 1 for i in range(len(readings))], readings
assert len(readings) > 1 and readings[0]["duration_ns"] < readings[-1]["duration_ns"]
E2
) && [ "$(wc -l <"$work/err")" = 1 ]; then
	pass "in JSON too; and elsewhere than on a terminal there is no line"
else
	fail "in JSON too; and elsewhere than on a terminal there is no line" "$(tail -1 <<<"$why")"
fi
stop

on_screen 100 30 "$bpfprof" -n 1 -- "${PYTHON[@]}" -c 'import time
print("mine", end="", flush=True)
time.sleep(.5)
print(" alone")'
shows "a launched program has the terminal for itself" '^mine alone$'
