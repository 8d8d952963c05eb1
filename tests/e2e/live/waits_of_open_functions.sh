#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What functions that are still open have waited for, in each reading and in what readings add up to:
# no reason that a function never has, none that falls, and of a thread's first function all that its
# thread has waited, reason by reason.
# shellcheck source=tests/e2e/live/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/check.py" <<'EOF2'
import collections, glob, json, sys
kind, where = sys.argv[1:]
NEVER = {"sleep": ("lock_ns", "poll_ns"), "lock": ("sleep_ns", "poll_ns")}
def roots(reading):
    return {f["name"]: collections.Counter(f["cum_reasons"]) for f in reading["functions"]
            if f["file"].endswith("kinds.py") and f["name"][:-2] in NEVER}
def threads(reading):
    return {t["tid"]: collections.Counter(t["reasons"]) for t in reading["threads"]}
def right(roots, threads):
    assert len(roots) == 8, roots
    for name, waits in roots.items():
        assert not any(waits[r] for r in NEVER[name[:-2]]), (name, waits)
        assert waits in threads.values(), (name, waits, threads)
def added_up(parts, of):
    total = collections.defaultdict(collections.Counter)
    for part in parts:
        for who, waits in of(part).items():
            total[who] += waits
    return total
def readings_of(text):
    while text.strip():
        reading, end = json.JSONDecoder().raw_decode(text.lstrip())
        text = text.lstrip()[end:]
        yield reading
if kind == "readings":
    readings = list(readings_of(open(where).read()))
    for reading in readings:
        right(roots(reading), threads(reading))
    for a, b in zip(readings[:-1], readings[1:-1]):
        for name, waits in roots(a).items():
            later = roots(b)[name]
            assert all(ns <= later[r] for r, ns in waits.items()), (name, waits, later)
else:
    if kind == "stream":
        parts = [r for r in map(json.loads, open(where)) if r["record"] == "tick"]
    else:
        parts = [json.load(open(f)) for f in glob.glob(where)]
    assert len(parts) > 4, len(parts)
    right(added_up(parts, roots), added_up(parts, threads))
EOF2

has_readings() {
	[ "$(grep -c '^ "schema"' "$work/out")" -ge 6 ]
}

has_ticks() {
	[ "$(grep -c '"tick"' "$work/out")" -ge 6 ]
}

has_six_files() {
	local files=("$work"/r-*)
	[ ${#files[@]} -ge 6 ]
}

# reading NAME CONDITION KIND WHERE OPTION...: until the condition holds
reading() {
	local name=$1 condition=$2 kind=$3 where=$4
	shift 4
	counting --bias off --backend="${row%:*}" -p "$pid" "$@"
	soon "$condition"
	kill -INT "$me"
	wait "$me"
	checks "$row: $name" "$work/check.py" "$kind" "$where"
}

for row in usdt:3.9 eval:3.11 inline:3.9 inline:3.11 inline:3.14; do
	python_use "${row#*:}"
	start "${PYTHON[@]}" "$PYDIR/targets/kinds.py"
	reading "each reading" has_readings readings "$work/out" -i 0.1 -f json
	reading "the ticks of a stream" has_ticks stream "$work/out" -i 0.1 -f ndjson
	rm -f "$work"/r-*
	reading "files that are rotated" has_six_files files "$work/r-*" --rotate 0.1 -o "$work/r-%s-%N.json"
	stop
done
