#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Workers that wait for work are told from those that wait while they work. idle.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" idle "$1"

cat >"$work/check.py" <<'EOF2'
import ast, json, sys
HOLD, ROUNDS = 0.1, 4
p, worked = json.load(open(sys.argv[1])), ast.literal_eval(open(sys.argv[2]).read().splitlines()[-1])
rows = {t["name"]: t for t in p["threads"]}
assert not p["losses"].keys() - {"unsplit"}, p["losses"]
rows["pool"] = rows.pop("pool_0")
worked["pool"] = worked.pop("pool_0")
for name in ("pool", "by_queue", "by_pipe"):
    t = rows[name]
    idle, life, at_work = t["idle_ns"] / 1e9, (t["end_ns"] - t["start_ns"]) / 1e9, worked[name]
    # each waits while main sleeps and while the two others work, and not while it works itself
    assert ROUNDS * HOLD < idle <= life - at_work, (name, idle, life, at_work)
    waits = sum(t["reasons"].get(r + "_ns", 0) for r in ("lock", "pipe", "socket", "poll"))
    assert t["idle_ns"] <= waits, t
    # what it waited at its lock is no part of that; Linux 6.18 may leave out the switch that begins a wait
    assert waits - t["idle_ns"] > (ROUNDS - 2) * HOLD * 0.9e9, (name, t)
# it waits for results by Condition.wait and by queue.get; only the latter is told
assert rows["MainThread"]["idle_ns"] <= rows["MainThread"]["reasons"]["lock_ns"], rows["MainThread"]
get = next(f for f in p["functions"] if f["file"].endswith("/queue.py") and f["name"] == "get")
assert get["cum_reasons"]["lock_ns"] == rows["MainThread"]["idle_ns"] + rows["by_queue"]["idle_ns"], get
EOF2

for row in usdt:3.9 inline:3.9 eval:3.11 inline:3.11 inline:3.14 usdt:3.15; do
	python_use "${row#*:}"
	"$bpfprof" -q -b off "--backend=${row%:*}" -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/pool.py" \
		>"$work/out" 2>"$work/err"
	checks "$row" "$work/check.py" "$work/p.json" "$work/out"
done

python_use 3.11
"$bpfprof" -q -b off --builtins -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/pool.py" >"$work/out" 2>"$work/err"
checks "where the queue of a pool is a row of its own" "$work/check.py" "$work/p.json" "$work/out"

driven "${PYTHON[@]}" "$PYDIR/targets/pool.py" attached
counting --bias off -p "$pid" -o "$work/p.json"
ask ''
echo "$line" >"$work/counts"
wait "$me"
checks "attached while they wait" "$work/check.py" "$work/p.json" "$work/counts"
exec 8<&- 9>&-
