#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Code objects of one file, line and name are one row, and one beneath another is no time twice: lambdas of one
# line, nested comprehensions, the methods of dataclasses. one_row.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" one_row "$1"

cat >"$work/check.py" <<'EOF2'
import json, sys
p = json.load(open(sys.argv[1]))
rows = [f for f in p["functions"] if f["file"].endswith("rows.py") or f["name"] == "__init__" and f["file"] == "<string>"]
at = {(f["name"], f["line"]): f for f in rows}
named = lambda name: next(f for (n, _), f in at.items() if n == name)
calls = lambda name, line: (at[name, line]["ncalls"], at[name, line]["primitive_calls"])
assert calls("<lambda>", 14) == (40, 20), at["<lambda>", 14]
made = [f for f in rows if f["name"] == "__init__"]
assert [(f["ncalls"], f["primitive_calls"]) for f in made] == [(60, 40)], made
beneath = {"<lambda>": "lambdas", "__init__": "made"}
if "<listcomp>" in {f["name"] for f in rows}:
    assert calls("<listcomp>", 18) == (80, 20), at["<listcomp>", 18]
    beneath["<listcomp>"] = "within"
for row, caller in beneath.items():
    f = at["<lambda>", 14] if row == "<lambda>" else named(row)
    assert f["cumtime_ns"] <= named(caller)["cumtime_ns"], (f, named(caller))
# 20 times 1 + 6 + 2 turns of 2 ms; who calls what was counted twice has lost nothing
assert named("main")["cumtime_ns"] >= named("spin")["tottime_ns"] >= 0.9 * 20 * 9 * 2e6, (named("main"), named("spin"))
for row, n in (("<lambda>", 20), ("__init__", 0)):  # Whole's makes its Part by a lambda, of another line
    itself = [e["ncalls"] for e in p["edges"] if e["caller"] == e["callee"] and e["callee_name"] == row]
    assert sum(itself) == n, (row, itself)
EOF2

for row in usdt:3.9 usdt:3.15 inline:3.9 inline:3.11 inline:3.15 eval:3.11 eval:3.13; do
	python_use "${row#*:}"
	"$bpfprof" -q "--backend=${row%:*}" -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/rows.py" >"$work/out" 2>"$work/err"
	checks "$row" "$work/check.py" "$work/p.json"
done
