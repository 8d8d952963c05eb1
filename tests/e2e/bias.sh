#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The profiler's own time: measured before a run, stored by calibrate, taken off. bias.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" bias "$1"

# many calls that do little, timed by itself as well: prints seconds
cat >"$work/calls.py" <<'EOF2'
import time
def leaf():
    pass
def loop():
    for _ in range(20000):
        leaf()
loop()
begin = time.thread_time()
loop()
print(time.thread_time() - begin)
EOF2

# bursts of small calls between sleeps; nothing but sleeps
cat >"$work/daemon.py" <<'EOF2'
import sys, time
def leaf():
    pass
def work(n):
    for _ in range(n):
        leaf()
print("ready", flush=True)
while True:
    work(int(sys.argv[1]))
    time.sleep(.01)
EOF2

# PROFILE: what holds of every profile, however busy the machine was
cat >"$work/holds.py" <<'EOF2'
import json, sys
def holds(p):
    rows, total = p["functions"] + p["edges"], p["totals"]
    beneath = {f["id"]: 0 for f in p["functions"]}
    for e in p["edges"]:
        beneath[e["caller"]] += e["cumtime_ns"]
    assert sum(f["tottime_ns"] for f in p["functions"]) == total["tottime_ns"] >= 0, total
    for r in rows:
        # the two clocks, of time and of time away, may be apart by as much as is away
        assert r["tottime_ns"] >= min(0, r["raw_tottime_ns"]), r
        assert r["tottime_ns"] - 1 <= r["cumtime_ns"] <= total["tottime_ns"], (r, total)
        assert r["is_estimate"] == (r["raw_tottime_ns"] - r["tottime_ns"] > max(
            0, r["tottime_ns"] - r["own_off_ns"])), r
    called = {f["id"]: set() for f in p["functions"]}
    for e in p["edges"]:
        called[e["caller"]].add(e["callee"])
    def leads_to(f):
        seen, new = set(), called[f]
        while new:
            seen, new = seen | new, set().union(*(called[g] for g in new)) - seen - new
        return seen
    for f in p["functions"]:
        if f["ncalls"] and f["id"] not in leads_to(f["id"]):
            assert f["cumtime_ns"] + len(rows) >= f["tottime_ns"] + beneath[f["id"]], f
if __name__ == "__main__":
    holds(json.load(open(sys.argv[1])))
EOF2

# PROFILE SECONDS FROM: raw times are above the true ones, corrected ones nearer to them
cat >"$work/check.py" <<'EOF2'
import json, sys
from holds import holds
p, true = json.load(open(sys.argv[1])), float(sys.argv[2]) * 1e9
holds(p)
b = p["target"]["bias"]
assert b["from"] == sys.argv[3], b
# where others had the processors, no event of a probe was quick enough to tell the pace by
assert b["pace"] > 0 or p["target"]["backend"] != "inline", b
assert b["first_ns"] > 0, b
assert b["inside_ns"] + b["outside_ns"] > 0 and b["inside_error_ns"] > 0 < b["outside_error_ns"], b
f = {f["name"]: f for f in p["functions"] if f["file"].endswith("calls.py")}
for r in f.values():
    off = (r["ncalls"] * b["inside_ns"] + r["child_calls"] * b["outside_ns"]
           + r["first_calls"] * b["first_ns"])
    room = max(0, r["raw_tottime_ns"] - r["own_off_ns"])
    assert abs(r["raw_tottime_ns"] - min(off, room) - r["tottime_ns"]) <= 2, r
leaf, loop = f["leaf"], f["loop"]
assert (leaf["ncalls"], leaf["child_calls"], loop["ncalls"], loop["child_calls"],
        loop["first_calls"]) == (40000, 0, 2, 40000, 1), f
assert loop["calls_beneath"] == 40000, loop
raw, corrected = ((loop[k] - loop["cum_off_ns"]) / 2 for k in ("raw_cumtime_ns", "cumtime_ns"))
if len(sys.argv) > 4:  # traps: far above the true time
    assert raw > true and abs(corrected - true) < abs(raw - true) / 2, (raw, corrected, true)
EOF2

for row in usdt:3.9 eval:3.11 inline:3.11 inline:3.14; do
	python_use "${row#*:}"
	[ "$PYDIR" = "$tests_dir" ] || cp "$work/calls.py" "$cache/forky$PYDIR/calls.py"
	script=$work/calls.py traps=
	[ "$PYDIR" = "$tests_dir" ] || script=$PYDIR/calls.py
	case $row in inline*) ;; *) traps=yes ;; esac
	true=$("${PYTHON[@]}" "$script")
	"$bpfprof" -q "--backend=${row%:*}" -o "$work/p.json" -- "${PYTHON[@]}" "$script" \
		>"$work/out" 2>"$work/err"
	if why=$(/usr/bin/python3 "$work/check.py" "$work/p.json" "$true" measured $traps 2>&1); then
		pass "$row: measured before the run, and taken off"
	else
		fail "$row: measured before the run, and taken off" "$(tail -1 <<<"$why")"
	fi
done

for row in usdt:3.9 eval:3.11 inline:3.11 inline:3.14; do
	for shape in bursty:1000 idle:0; do
		python_use "${row#*:}"
		[ "$PYDIR" = "$tests_dir" ] || cp "$work/daemon.py" "$cache/forky$PYDIR/daemon.py"
		script=$work/daemon.py
		[ "$PYDIR" = "$tests_dir" ] || script=$PYDIR/daemon.py
		start "${PYTHON[@]}" "$script" "${shape#*:}"
		"$bpfprof" -q "--backend=${row%:*}" -o "$work/p.json" -p "$pid" -d 0.3 2>"$work/err"
		stop
		"$bpfprof" report "$work/p.json" >"$work/out" 2>>"$work/err"
		if ! /usr/bin/python3 "$work/holds.py" "$work/p.json" 2>>"$work/err"; then
			fail "$row, ${shape%:*}: within bounds" "$(tail -1 "$work/err")"
		elif grep -q -e ' -[0-9]' "$work/out"; then
			fail "$row, ${shape%:*}: within bounds" "$(grep -e ' -[0-9]' "$work/out")"
		else
			pass "$row, ${shape%:*}: within bounds"
		fi
	done
done
"$bpfprof" report "$work/p.json" >"$work/out" 2>"$work/err"
has "the table says what was taken off" '^   Times: .* s of profiling \([0-9]+ %\) (taken off|put back), ± [0-9.]+ s$'
"$bpfprof" report -b off "$work/p.json" >"$work/out" 2>"$work/err"
if grep -q ' s of profiling' "$work/out"; then
	fail "--bias=off" "something was taken off"
else
	pass "--bias=off"
fi

# --- the first runs measure, later ones take the least of what these found
python_use 3.11
export BPFPROF_STATE=$work/seen
for want in measured measured measured seen; do
	"$bpfprof" -q -o "$work/p.json" -- "${PYTHON[@]}" "$work/calls.py" >"$work/out" 2>"$work/err"
	if why=$(/usr/bin/python3 "$work/check.py" "$work/p.json" 0 $want 2>&1); then
		pass "constants: $want"
	else
		fail "constants: $want" "$(tail -1 <<<"$why")"
	fi
done
if [ "$(wc -l <"$work/seen/constants")" = 1 ]; then
	pass "constants: a line for each interpreter"
else
	fail "constants: a line for each interpreter" "$(cat "$work/seen/constants")"
fi
export BPFPROF_STATE=$work/state

# --- calibrate
python_use 3.11
"$bpfprof" calibrate -q -n 2 -m 5000 "${PYTHON[@]}" >"$work/out" 2>"$work/err"
has "calibrate: by the event" '^mean stopwatch overhead per profile event = [0-9.e-]+$'
has "calibrate: stored" "^stored in $work/state/constants$"
if [ "$(grep -c '^  plain ' "$work/out")" = 2 ]; then
	pass "calibrate: as often as asked"
else
	fail "calibrate: as often as asked" "not twice"
fi
"$bpfprof" -q -o "$work/p.json" -- "${PYTHON[@]}" "$work/calls.py" >/dev/null
if /usr/bin/python3 "$work/check.py" "$work/p.json" 0 stored 2>"$work/err"; then
	pass "what was stored is used"
else
	fail "what was stored is used" "$(tail -1 "$work/err")"
fi
for figure in nan inf -1e300 1e10; do
	awk -v x="$figure" '{ $4 = x; print }' "$work/state/constants" >"$work/changed"
	cp "$work/changed" "$work/state/constants"
	"$bpfprof" -q -o "$work/p.json" -- "${PYTHON[@]}" "$work/calls.py" >/dev/null 2>"$work/err"
	if why=$(/usr/bin/python3 "$work/check.py" "$work/p.json" 0 measured 2>&1); then
		pass "stored $figure is no constant"
	else
		fail "stored $figure is no constant" "$(tail -1 <<<"$why")"
	fi
done
refuse "calibrate: no python" 1 'ever becoming a Python' "$bpfprof" calibrate true
BPFPROF_STATE=/proc "$bpfprof" calibrate -q -n 1 "${PYTHON[@]}" >"$work/out" 2>"$work/err"
if [ $? = 1 ] && grep -q '^bpfprof: cannot store the constants in /proc' "$work/err"; then
	pass "calibrate: nowhere to store"
else
	fail "calibrate: nowhere to store" "it does not say so"
fi

# --- profiles of different constants add up after their correction
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

# --- where no sibling can be run the times are what they are
python_use 3.15-shared
"$bpfprof" -n 1 -- "${PYTHON[@]}" -c pass >"$work/out" 2>"$work/err"
if grep -q "Note: times contain the profiler's own: its executable is no python" "$work/out" &&
	! grep -q profiling "$work/out"; then
	pass "no sibling: the times are raw, and said to be"
else
	fail "no sibling: the times are raw, and said to be" "they are not"
fi
python_use 3.11
uid=$((61000 + $$ % 4000)) # nobody else's
start env HOME=/ setpriv --reuid $uid --clear-groups "${PYTHON[@]}" -c \
	'import signal; print("ready", flush=True); signal.pause()'
"$bpfprof" -q -p "$pid" -d 0.1 >"$work/out" 2>"$work/err"
if [ "$(pgrep -u $uid)" = "$pid" ]; then
	pass "the sibling is gone"
else
	fail "the sibling is gone" "$(pgrep -u $uid -a)"
fi
stop
