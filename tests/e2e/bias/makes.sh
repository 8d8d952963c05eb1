#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What probes and instructions tell that is no call: that a generator is made, and that what stands
# beneath an __init__ has ended. Nothing is taken off for it, and so it is in the stated error.
# shellcheck source=tests/e2e/bias/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/makes.py" <<'EOF2'
class C:
    def __init__(self):
        pass
def two():
    yield 1
    yield 2
def objects():
    for _ in range(20000):
        C()
def generators():
    for _ in range(20000):
        for _ in two():
            pass
def nothing():
    pass
def calls():
    for _ in range(20000):
        nothing()
objects()
generators()
calls()
EOF2

# PROFILE FUNCTION: it has had nearly as many such events as its loop turns, by what an interpreter
# does once it has run some, and each is in the error
cat >"$work/knows.py" <<'EOF2'
import json, sys
from holds import is_in_error
p = json.load(open(sys.argv[1]))
f = {f["name"]: f for f in p["functions"] if f["file"].endswith("makes.py")}
assert (f["__init__"]["ncalls"], f["two"]["ncalls"], f["nothing"]["ncalls"]) == (20000, 60000, 20000), f
r = f[sys.argv[2]]
assert 19000 <= r.get("other_events", 0) <= 20000, r
assert "other_events" not in f["calls"], f["calls"]
is_in_error(r, p["target"]["bias"])
EOF2

for row in inline:3.14:objects usdt:3.15:generators; do
	profiled "${row%:*}" makes.py
	checks "$row: what is no call is in the error" "$work/knows.py" "$work/p.json" "${row##*:}"
done
