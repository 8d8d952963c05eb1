#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Who held the GIL: each thread at least so long as it kept it while others slept for it, by the program's own record.
# What is told is no more than all waited, so that none is told more than the others' records leave, either.
# shellcheck source=tests/e2e/clocks/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/holders.py" <<'E2'
import json, sys
p, kept = json.load(open(sys.argv[1])), json.loads(open(sys.argv[2]).read().splitlines()[-1])
gil = p["gil"]
assert not p["losses"].keys() - {"unsplit"}, p["losses"]
held = {}
for h in gil["held"]:
    held[h["tid"]] = held.get(h["tid"], 0) + h["ns"]
assert sum(held.values()) + gil["free_ns"] + gil["unknown_ns"] == gil["wait_ns"], gil
assert gil["unknown_ns"] >= 0 and gil["free_ns"] >= 0, gil
assert len(kept) == 4 and min(ns for _, ns in kept) > 0, kept
for tid, ns in kept:
    assert held.get(tid, 0) >= ns, (tid, ns, held, kept, gil["free_ns"], gil["unknown_ns"])
E2

# Linux 6.18 as a guest leaves out a switch now and then, as common.sh says: so once more where it fails.
holders() {
	local name=$1 why=
	shift
	for _ in first second; do
		[ -z "$why" ] || echo "# $name: once more, for $why"
		rm -f "$work/p.json"
		"$@"
		if why=$(/usr/bin/python3 "$work/holders.py" "$work/p.json" "$work/kept" 2>&1); then
			pass "$name"
			return
		fi
		why=$(tail -1 <<<"$why" | cut -c1-300)
	done
	fail "$name" "$why"
}

exec 5</proc
launched() {
	"$bpfprof" -q -b off "--backend=${row%:*}" -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/holders.py" launched 5 5 \
		>"$work/kept" 2>"$work/err"
}

attached_to() {
	driven "${PYTHON[@]}" "$PYDIR/targets/holders.py" attached 5 5
	counting -b off "--backend=${row%:*}" -p "$pid" -o "$work/p.json"
	ask go
	echo "$line" >"$work/kept"
	echo >&9
	wait "$me"
	stop
	exec 9<&-
}

for row in usdt:3.9 inline:3.9 eval:3.11 inline:3.11 inline:3.14 usdt:3.15 \
	$(pythons_all | sed -n 's/^pyenv-3\.\(8\|10\|12\)\..*/inline:&/p'); do
	python_use "${row#*:}"
	holders "$row, launched" launched
	holders "$row, attached" attached_to
done
