#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A function for each reason to wait: it has waited for that, and for nothing else, launched and attached, on every
# interpreter; what holds the GIL for a known time is named; and in every part of the profile the reasons add up.
# shellcheck source=tests/e2e/clocks/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/reasons.py" <<'E2'
import json, sys
HOLD, KEEP, ROUNDS = 10_000_000, 50_000_000, 3  # ns
p, attached = json.load(open(sys.argv[1])), sys.argv[2] == "attached"
def ended_late(f):
    "By the slot, what is open at the attach is seen to end at the next call from further out."
    return f["open"] and sys.argv[3] == "slot"
def all_in(what):
    "Every object there is."
    if isinstance(what, dict):
        yield what
    for each in what.values() if isinstance(what, dict) else what if isinstance(what, list) else ():
        yield from all_in(each)
parts = 0
for each in all_in(p):
    for which in "", "own_", "cum_":
        if which + "reasons" in each:
            waits = each[which + "reasons"].values()
            assert sum(waits) == each[which + "off_ns"] - each[which + "runnable_ns"], (which, each)
            assert all(ns > 0 for ns in waits), each
            parts += 1
assert parts > 2 * len(p["functions"]) + 2 * len(p["edges"]) + len(p["threads"]), parts
names = sorted(set().union(*(t["reasons"] for t in p["threads"])))
paths = p["paths"]
assert len(paths["own_off_ns"]) > len(p["functions"])
for which in "own_", "cum_":
    columns = [paths[which + name] for name in names]
    for i, off in enumerate(paths[which + "off_ns"]):
        assert sum(c[i] for c in columns) == off - paths[which + "runnable_ns"][i], (which, i)
for name in names:
    assert sum(paths["own_" + name]) == p["totals"]["reasons"][name] == \
        sum(f["own_reasons"].get(name, 0) for f in p["functions"]), name
assert not p["losses"].keys() - {"unsplit"}, p["losses"]

rows = {f["name"]: f for f in p["functions"] if f["file"].endswith("targets/reasons.py")}
asks = {"file", "stopped"}  # by a pipe, for which a reader may be in the way
for name in "lock", "sleep", "socket_", "pipe", "file", "poll", "child", "fault", "stopped", "other":
    if attached and (name not in rows or ended_late(rows[name])):
        continue
    f, reason = rows[name], name.strip("_") + "_ns"
    may = {reason, "fault_ns"} | ({"pipe_ns"} if name in asks else set())
    if attached:  # the attach stops them, and the other thread may have the GIL still
        may |= {"stopped_ns", "gil_ns"}
    assert not f["cum_reasons"].keys() - may, (name, f["cum_reasons"])
    assert f["cum_reasons"].get(reason) or f["ncalls"] < 2, (name, f)
    if not attached:
        assert f["ncalls"] == ROUNDS and f["cumtime_ns"] >= ROUNDS * HOLD * 0.999, (name, f)
more = {"fault_ns", "stopped_ns"} if attached else {"fault_ns"}
for name, reason in ("gil", "pipe_ns"), ("keep_gil", "child_ns"):
    if name in rows and not ended_late(rows[name]):
        assert not rows[name]["own_reasons"].keys() - {"gil_ns", reason} - more, (name, rows[name]["own_reasons"])
gil = p["gil"]
held = sum(h["ns"] for h in gil["held"])
assert gil["wait_ns"] == held + gil["free_ns"] + gil["unknown_ns"] == p["totals"]["reasons"].get("gil_ns", 0), gil
assert gil["unknown_ns"] >= 0 and gil["free_ns"] >= 0, gil
if not attached:
    waits, keeps = rows["gil"], rows["keep_gil"]
    took = json.loads(open(sys.argv[3]).read().splitlines()[-1])
    for name, seconds in took.items():  # which is a little more than the call
        assert rows[name]["cumtime_ns"] <= seconds * 1.001e9, (name, rows[name]["cumtime_ns"], seconds)
    keeper = [h["ns"] for h in gil["held"] if h["name"] == "keep_gil"]
    # from when it hears that the GIL is kept, and pipe_ns is over, until it is let go
    assert waits["cumtime_ns"] - waits["own_reasons"].get("pipe_ns", 0) >= ROUNDS * KEEP * 0.999, waits
    # all that it waits is for that thread, but for the moments in which that one lets go of it
    assert keeps["cumtime_ns"] * 1.001 > sum(keeper) > waits["own_reasons"]["gil_ns"] / 2, (gil, waits)
E2

for row in usdt:3.9 eval:3.9 inline:3.9 eval:3.11 inline:3.11 inline:3.13 eval:3.14 inline:3.14 usdt:3.15 eval:3.15 inline:3.15 \
	$(pythons_all | sed -n 's/^pyenv-3\.\(8\|10\|12\)\..*/inline:&/p'); do
	python_use "${row#*:}"
	case $row in
	usdt:*) entry= ;;
	*3.8.* | *:3.9 | *3.10.*) entry=slot ;;
	*) entry=table ;;
	esac
	there=$work # for its FIFOs, as it sees it
	[ "$PYDIR" = "$tests_dir" ] || there=$PYDIR
	how=(-b off --paths --io "--backend=${row%:*}" -o "$work/p.json")
	rm -f "$work/p.json"
	"$bpfprof" -q "${how[@]}" -- "${PYTHON[@]}" "$PYDIR/targets/reasons.py" "$there" 3 >"$work/out" 2>"$work/err"
	checks "$row, launched" "$work/reasons.py" "$work/p.json" launched "$work/out"
	start "${PYTHON[@]}" "$PYDIR/targets/reasons.py" "$there" 0
	rm -f "$work/p.json"
	"$bpfprof" -q "${how[@]}" -d 0.5 -p "$pid" >"$work/out" 2>"$work/err"
	checks "$row, attached" "$work/reasons.py" "$work/p.json" attached "$entry"
	stop
done
