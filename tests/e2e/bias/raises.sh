#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Exceptions: what they cost the program is not taken off, and so it is in the stated error.
# shellcheck source=tests/e2e/bias/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/raises.py" <<'EOF2'
def boom():
    raise ValueError
def fine():
    pass
def loop(f):
    for _ in range(20000):
        try:
            f()
        except ValueError:
            pass
def raising():
    loop(boom)
def returning():
    loop(fine)
raising()
returning()
EOF2

# PROFILE: each exception passes boom and is seen by loop, and each such event is in the error
cat >"$work/knows.py" <<'EOF2'
import json, sys
from holds import is_in_error
p = json.load(open(sys.argv[1]))
b = p["target"]["bias"]
f = {f["name"]: f for f in p["functions"] if f["file"].endswith("raises.py")}
assert (f["boom"]["ncalls"], f["fine"]["ncalls"]) == (20000, 20000), f
assert f["boom"]["other_events"] == 20000, f["boom"]
assert f["loop"]["other_events"] >= 20000, f["loop"]
assert "other_events" not in f["fine"], f["fine"]
each = b["inside_ns"] + b["outside_ns"]
for r in (f["boom"], f["loop"]):
    is_in_error(r, b)
left = sum(r["tottime_ns"] - r["own_off_ns"] for r in p["functions"])
events = sum(r.get("other_events", 0) for r in p["functions"])
assert p["totals"]["error_ns"] >= min(events * each, left) - len(p["functions"]), p["totals"]
EOF2

for row in eval:3.11 inline:3.11 inline:3.14; do
	profiled "$row" raises.py
	checks "$row: what exceptions cost is in the error" "$work/knows.py" "$work/p.json"
done
