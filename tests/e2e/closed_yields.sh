#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Coroutines that stand at a yield with nothing around it and are closed or dropped there, which CPython 3.13 and later
# do without running them: they are not open. closed_yields.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" closed_yields "$1"

program='import gc, os, sys, types
gc.disable()
@types.coroutine
def bare():
    yield 1
    yield 2
@types.coroutine
def within():
    try:
        yield 1
    finally:
        pass
async def awaits():
    await bare()
async def items():
    yield 1
async def at_an_item():
    async for item in items():
        await bare()
def begun(function, n):
    made = [function() for _ in range(n)]
    for each in made:
        each.send(None)
    return made
kept = [begun(f, n) for f, n in ((bare, 7), (within, 5), (awaits, 3), (at_an_item, 2))]
for f in bare, within, awaits, at_an_item:
    for each in begun(f, 200):
        each.close()
    begun(f, 100)
hold = [(i for i in range(2)) for _ in range(50)]  # in the memory of some
for each in hold:
    next(each)
print("made", flush=True)
sys.stdin.readline()
os._exit(0)'

# What has begun is open, has ended, or was closed and not seen.
cat >"$work/check.py" <<'E2'
import json, sys
p, kept = json.load(open(sys.argv[1])), sys.argv[2] == "kept"
rows = {f["name"]: f for f in p["functions"] if f["file"] == "<string>" and f.get("coroutines_begun")}
def of(row, *what):
    return [row["coroutines_" + each] for each in what]
want = {"bare": (912, 12 * kept), "within": (305, 5 * kept), "awaits": (303, 3 * kept), "at_an_item": (302, 2 * kept), "items": (302, 2 * kept)}
for name, (begun, alive) in want.items():
    all, ended, unseen = of(rows[name], "begun", "ended", "unseen")
    assert (all, all - ended - unseen) == (begun, alive), (name, all, ended, unseen)
assert not p["losses"].keys() - {"unsplit"}, p["losses"]
E2

for row in {3.13,3.14,3.15}:{inline,eval} 3.15:usdt; do
	python_use "${row%:*}"
	driven "$bpfprof" -q --coroutines -i 0.1 --backend "${row#*:}" --bias off -o "$work/p.json" -- \
		"${PYTHON[@]}" -c "$program"
	rm -f "$work/p.json"
	soon test -s "$work/p.json"
	checks "while it runs, $row" "$work/check.py" "$work/p.json" kept
	echo >&9
	wait "$pid"
	exec 8<&- 9>&-
	checks "at its end, $row" "$work/check.py" "$work/p.json" gone
done
