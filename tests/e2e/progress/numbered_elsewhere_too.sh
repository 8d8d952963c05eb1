#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# In JSON too reports have numbers; and elsewhere than on a terminal there is no line.
# shellcheck source=tests/e2e/progress/common.sh
. "$(dirname "$0")/common.sh"

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
