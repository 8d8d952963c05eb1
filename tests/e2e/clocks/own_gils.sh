#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The GIL of an interpreter that has just begun is told from other locks from the first wait for it on.
# shellcheck source=tests/e2e/clocks/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/own_gils.py" <<'E2'
import json, sys
p = json.load(open(sys.argv[1]))
f, = (f for f in p["functions"] if f["name"] == "fights")
assert f["ncalls"] == 6, f
assert f["own_reasons"].get("gil_ns") and not f["own_reasons"].keys() - {"gil_ns", "fault_ns"}, f["own_reasons"]
E2

fight() {
	local name=$1
	shift
	"$bpfprof" -q -b off -o "$work/p.json" "$@" >"$work/out" 2>"$work/err"
	checks "$name" "$work/own_gils.py" "$work/p.json"
}

for row in eval:3.13 inline:3.13 eval:3.14 inline:3.14 usdt:3.15 eval:3.15 inline:3.15 \
	$(pythons_all | sed -n 's/^pyenv-3\.1[2-5]\..*/inline:&/p'); do
	python_use "${row#*:}"
	fight "$row" "--backend=${row%:*}" -- "${PYTHON[@]}" "$PYDIR/targets/own_gils.py" 0
done
python_use 3.14 # more than are kept
fight "beside others" -- "${PYTHON[@]}" "$PYDIR/targets/own_gils.py" 70
