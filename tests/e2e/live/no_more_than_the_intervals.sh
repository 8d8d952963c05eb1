#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Where an interval ends with the run the last report is that interval's.
# shellcheck source=tests/e2e/live/common.sh
. "$(dirname "$0")/common.sh"

start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
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
