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
p = json.load(open(sys.argv[1]))
b = p["target"]["bias"]
f = {f["name"]: f for f in p["functions"] if f["file"].endswith("raises.py")}
assert (f["boom"]["ncalls"], f["fine"]["ncalls"]) == (20000, 20000), f
assert f["boom"]["other_events"] == 20000, f["boom"]
assert f["loop"]["other_events"] >= 20000, f["loop"]
assert "other_events" not in f["fine"], f["fine"]
each = b["inside_ns"] + b["outside_ns"]
for r in (f["boom"], f["loop"]):
    # never more than is left on a CPU
    left = r["tottime_ns"] - r["own_off_ns"]
    assert r["error_ns"] >= min(r["other_events"] * each, left) - 1, (r, each)
left = sum(r["tottime_ns"] - r["own_off_ns"] for r in p["functions"])
events = sum(r.get("other_events", 0) for r in p["functions"])
assert p["totals"]["error_ns"] >= min(events * each, left) - len(p["functions"]), p["totals"]
EOF2

for row in eval:3.11 inline:3.11 inline:3.14; do
	python_use "${row#*:}"
	[ "$PYDIR" = "$tests_dir" ] || cp "$work/raises.py" "$cache/forky$PYDIR/raises.py"
	script=$work/raises.py
	[ "$PYDIR" = "$tests_dir" ] || script=$PYDIR/raises.py
	"$bpfprof" -q "--backend=${row%:*}" -o "$work/p.json" -- "${PYTHON[@]}" "$script" \
		>"$work/out" 2>"$work/err"
	if why=$(/usr/bin/python3 "$work/knows.py" "$work/p.json" 2>&1); then
		pass "$row: what exceptions cost is in the error"
	else
		fail "$row: what exceptions cost is in the error" "$(tail -1 <<<"$why")"
	fi
done
