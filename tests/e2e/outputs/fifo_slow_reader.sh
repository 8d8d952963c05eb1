#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A reader that sleeps for longer than the stub waits, and reads all then, costs no calls.
# shellcheck source=tests/e2e/outputs/common.sh
. "$(dirname "$0")/common.sh"

fifo slow
"$bpfprof" -p "$pid" -d 4 -i 0.1 -f json -o slow 2>err &
me=$!
begun
read -r -N 1 -u 9 first
sleep 3.5 # no report is taken meanwhile
{
	echo -n "$first"
	cat <&9
} >out
wait $me
status=$?
exec 9<&-
if why=$(/usr/bin/python3 - out 2>&1 <<'EOF2'
import json, sys
text, readings = open(sys.argv[1]).read(), []
while text.strip():
    reading, end = json.JSONDecoder().raw_decode(text.lstrip())
    text = text.lstrip()[end:]
    readings.append(reading)
assert len(readings) >= 2 and not readings[-1]["losses"].keys() - {"unsplit"}, readings[-1]["losses"]
calls = [sum(f["ncalls"] for f in r["functions"]) for r in readings]
assert calls == sorted(calls), calls
EOF2
) && [ $status = 0 ]; then
	pass "a slow reader costs no calls"
else
	fail "a slow reader costs no calls" "status $status, $(tail -1 <<<"$why")"
fi
ends
