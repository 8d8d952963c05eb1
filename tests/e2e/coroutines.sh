#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Coroutines from start to end (--coroutines): as many begin, end and raise as the program counts by itself, launched and
# attached when its code is hot; their times add up. coroutines.sh BPFPROF; ROWS="3.13:eval pyenv-3.12.1:inline" runs those
# alone
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" coroutines "$1"

cat >"$work/check.py" <<'EOF2'
import json, sys
counts, p = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
tells = sys.argv[3] == "tells"  # what a coroutine is suspended in
rows = {f["name"]: f for f in p["functions"] if f["file"].endswith("/awaits.py") and f["coroutines_begun"]}
rows.pop("<listcomp>", None)  # up to 3.11 a coroutine function of its own
assert not p["losses"].keys() - {"unsplit"}, p["losses"]
for name in counts.keys() | rows.keys():
    row = rows.get(name, {})
    seen = {what: row.get("coroutines_" + what) for what in ("begun", "ended", "raised")}
    assert seen == counts.get(name), (name, seen, counts.get(name))
    assert row["coroutines_late"] == row["coroutines_unseen"] == 0, row
    assert 0 < row["running_ns"] <= row["elapsed_ns"], row
    assert abs(row["elapsed_ns"] - row["running_ns"] - row["suspended_ns"]) < 2, row
    told = [row[what + "_ns"] for what in ("awaiting", "in_task", "in_gather", "in_future", "in_sleep", "in_executor")]
    assert min(told) >= 0 and sum(told) <= row["suspended_ns"] + 1000, row
    assert tells or not sum(told[1:]), row
naps = rows["nap"]["coroutines_ended"]
assert rows["nap"]["elapsed_ns"] >= naps * 1_980_000 > 600_000_000, rows["nap"]
# nothing but the naps suspends these, and all that it awaits is coroutines
for name in ("nap", "two_deep", "three_deep"):
    assert rows[name]["awaiting_ns"] > 0.5 * rows[name]["suspended_ns"], rows[name]
for what, names in {"awaiting": ("nap", "two_deep", "three_deep", "cancelled"), "in_task": ("in_task",),
                    "in_gather": ("in_gather",), "in_future": ("in_future",), "in_executor": ("in_executor",)}.items():
    for name in names if tells else ():  # and in nothing else, as its times in ticks became ns
        assert rows[name][what + "_ns"] >= rows[name]["suspended_ns"] - 1000 > 0, rows[name]
assert rows["at_once"]["suspended_ns"] == rows["old_style"]["awaiting_ns"] == 0
assert rows["in_executor"]["awaiting_ns"] == 0
pairs = {(e["caller_name"], e["callee_name"]): e for e in p["edges"] if e["callee_file"].endswith("/awaits.py")}
for pair, n in (("three_deep", "two_deep"), 21), (("two_deep", "nap"), 21), (("recurses", "recurses"), 6):
    assert pairs[pair]["coroutines_ended"] == n, pairs[pair]
assert pairs["two_deep", "nap"]["elapsed_ns"] <= rows["two_deep"]["elapsed_ns"]
EOF2

# equal NAME BACKEND: $work/p.json has what the program has counted
equal() {
	local here=$work/counts.json
	[ "$PYDIR" = "$tests_dir" ] || here=$cache/forky$PYDIR/counts.json
	local tells=tells
	case $2:${PYTHON[0]} in usdt:* | *3.13t) tells=no ;; esac
	checks "$1" "$work/check.py" "$here" "$work/p.json" $tells
}

# from_start_to_end VERSION BACKEND
from_start_to_end() {
	local there=$work
	[ "$PYDIR" = "$tests_dir" ] || there=$PYDIR
	"$bpfprof" -q --coroutines --backend "$2" --bias off -o "$work/p.json" -- \
		"${PYTHON[@]}" "$PYDIR/targets/awaits.py" "$there/counts.json" >"$work/out" 2>"$work/err"
	equal "launched, $1 by $2" "$2"
	driven "${PYTHON[@]}" "$PYDIR/targets/awaits.py" "$there/counts.json" hot
	counting --coroutines --backend "$2" --bias off -p "$pid" -o "$work/p.json"
	ask ''
	kill -INT "$me"
	wait "$me"
	equal "attached when hot, $1 by $2" "$2"
	echo >&9
	wait "$pid"
	exec 8<&- 9>&-
}

[ -n "${ROWS:-}" ] || ROWS=$(echo {3.9,3.11,3.13,3.14,3.15}:{inline,eval} {3.9,3.15}:usdt && pythons_all | sed -n '/^3.13t$\|^pyenv-3.12/s/.*/&:inline &:eval/p')
for row in $ROWS; do
	python_use "${row%:*}"
	from_start_to_end "${row%:*}" "${row#*:}"
done

# What else watches yields is called before they are.
watched() {
	local there
	python_use "$1"
	there=$cache/forky$PYDIR/targets/awaits.py
	sed '/^import types$/r /dev/stdin' "$there" >"$work/watched.py" <<-'EOF2'

		sys.monitoring.use_tool_id(3, "watches")
		sys.monitoring.register_callback(3, sys.monitoring.events.PY_YIELD, lambda *yielded: None)
		sys.monitoring.set_events(3, sys.monitoring.events.PY_YIELD)
	EOF2
	grep -q sys.monitoring "$work/watched.py" || fail "watched, $1 by $2" "nothing watches"
	cp "$work/watched.py" "$there"
	"$bpfprof" -q --coroutines --backend "$2" --bias off -o "$work/p.json" -- \
		"${PYTHON[@]}" "$PYDIR/targets/awaits.py" "$PYDIR/counts.json" >"$work/out" 2>"$work/err"
	equal "watched, $1 by $2" "$2"
}
watched 3.13 inline
watched 3.15 eval

# An event loop that is C.
python_use 3.11
cat >"$work/uv.py" <<'EOF2'
import asyncio, runpy, sys, uvloop
asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
runpy.run_path(sys.argv[1], run_name="__main__")
assert isinstance(asyncio.new_event_loop(), uvloop.Loop)
EOF2
sed 's/sys.argv\[1\], "w"/sys.argv[2], "w"/; s/^if sys.argv\[2:\]/if sys.argv[3:]/' "$PYDIR/targets/awaits.py" >"$work/awaits.py"
"$bpfprof" -q --coroutines --bias off -o "$work/p.json" -- "${PYTHON[@]}" "$work/uv.py" "$work/awaits.py" \
	"$work/counts.json" >"$work/out" 2>"$work/err"
equal "launched, uvloop" inline

# 5,000 at a time, and more than there is room for.
python_use 3.11
cat >"$work/many.py" <<'EOF2'
import asyncio, sys

async def waits(event):
    await event.wait()

async def main(n):
    event = asyncio.Event()
    tasks = [asyncio.create_task(waits(event)) for _ in range(n)]
    await asyncio.sleep(0)
    event.set()
    await asyncio.gather(*tasks)

asyncio.run(main(int(sys.argv[1])))
EOF2
many() {
	"$bpfprof" -q --bias off "$@" -o "$work/p.json" -- "${PYTHON[@]}" "$work/many.py" 5000 >"$work/out" 2>"$work/err"
}
ended() {
	python3 -c 'import json, sys
p = json.load(open(sys.argv[1]))
row = next(f for f in p["functions"] if f["name"] == "waits")
print(row["coroutines_ended"], p["losses"].get("coroutines_full", {}).get("count", 0))' "$work/p.json"
}
many --coroutines
if [ "$(ended)" = "5000 0" ]; then
	pass "5,000 at a time"
else
	fail "5,000 at a time" "$(ended)"
fi
many --coroutines=100
read -r done_of_them lost < <(ended)
if [ "$done_of_them" -gt 100 ] && [ "$lost" -gt 5000 ]; then
	pass "more than there is room for are counted as lost"
else
	fail "more than there is room for are counted as lost" "$done_of_them ended, $lost lost"
fi
refuse "where blocks alone are seen" 1 'backend markers sees blocks alone' \
	"$bpfprof" --coroutines --backend=markers -- "${PYTHON[@]}" -c pass
