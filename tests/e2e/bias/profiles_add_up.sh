#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Profiles of different constants add up after their correction.
# shellcheck source=tests/e2e/bias/common.sh
. "$(dirname "$0")/common.sh"

python_use 3.11
export BPFPROF_STATE=$work/none
for i in 1 2; do
	"$bpfprof" -q -o "$work/$i.json" -- "${PYTHON[@]}" "$work/calls.py" >/dev/null
done
"$bpfprof" report "$work/1.json" "$work/2.json" -f json >"$work/out" 2>"$work/err"
if why=$(/usr/bin/python3 - "$work/1.json" "$work/2.json" "$work/out" 2>&1 <<'EOF2'
import json, sys
def leaf(path):
    return next(f for f in json.load(open(path))["functions"] if f["name"] == "leaf")
a, b, both = map(leaf, sys.argv[1:])
assert both["ncalls"] == a["ncalls"] + b["ncalls"]
total = a["tottime_ns"] + b["tottime_ns"]
assert both["tottime_ns"] == total, (both, total)
EOF2
); then
	pass "profiles of different constants"
else
	fail "profiles of different constants" "$(tail -1 <<<"$why")"
fi
