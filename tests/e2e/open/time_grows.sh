#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# While it runs, its time grows from one report to the next.
# shellcheck source=tests/e2e/open/common.sh
. "$(dirname "$0")/common.sh"

python_use 3.11
start "${PYTHON[@]}" "$PYDIR/targets/open.py"
"$bpfprof" -q -p "$pid" -i 0.1 -f json 2>"$work/err" | python3 -c '
import json, sys
text, times = "", []
for line in sys.stdin:
    text += line
    if line != "}\n":
        continue
    rows = {f["name"]: f for f in json.loads(text)["functions"]}
    text = ""
    times.append([rows[n]["raw_cumtime_ns"] for n in ("looper", "getter", "deep")])
    if len(times) == 3:
        break
assert all(a < b < c for a, b, c in zip(*times)), times
' >"$work/out" 2>&1
if [ -s "$work/out" ]; then
	fail "its time grows from one report to the next" "it does not"
else
	pass "its time grows from one report to the next"
fi
stop
