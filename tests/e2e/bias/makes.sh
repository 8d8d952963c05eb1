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
p = json.load(open(sys.argv[1]))
b = p["target"]["bias"]
f = {f["name"]: f for f in p["functions"] if f["file"].endswith("makes.py")}
assert (f["__init__"]["ncalls"], f["two"]["ncalls"], f["nothing"]["ncalls"]) == (20000, 60000, 20000), f
r = f[sys.argv[2]]
assert 19000 <= r.get("other_events", 0) <= 20000, r
assert "other_events" not in f["calls"], f["calls"]
each = b["inside_ns"] + b["outside_ns"]
left = r["tottime_ns"] - r["own_off_ns"]
assert r["error_ns"] >= min(r["other_events"] * each, left) - 1, (r, each)
EOF2

for row in inline:3.14:objects usdt:3.15:generators; do
	IFS=: read -r backend version what <<<"$row"
	python_use "$version"
	cp "$work/makes.py" "$cache/forky$PYDIR/makes.py"
	"$bpfprof" -q "--backend=$backend" -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/makes.py" \
		>"$work/out" 2>"$work/err"
	if why=$(/usr/bin/python3 "$work/knows.py" "$work/p.json" "$what" 2>&1); then
		pass "$row: what is no call is in the error"
	else
		fail "$row: what is no call is in the error" "$(tail -1 <<<"$why")"
	fi
done
