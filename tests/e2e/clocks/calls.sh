#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What each system call waits for: each is made to wait, in a function of its own, for memory or for what never comes.
# shellcheck source=tests/e2e/clocks/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/calls.py" <<'E2'
import json, sys
p = json.load(open(sys.argv[1]))
called = int(open(sys.argv[2]).read().split("called ")[1].split()[0])
rows = {f["name"]: f["own_reasons"] for f in p["functions"] if f["file"].endswith(sys.argv[3]) and
        f["name"].split("_")[0] + "_ns" in p["totals"]["reasons"]}
assert len(rows) == called > 50, (len(rows), called)
for name, waits in rows.items():
    reason = name.split("_")[0] + "_ns"
    assert waits.get(reason), (name, waits)
    assert not waits.keys() - {reason, "gil_ns", "fault_ns"}, (name, waits)  # between its calls, too
E2

python_use 3.11
for target in calls interrupted; do
	"$bpfprof" -q -b off -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/$target.py" >"$work/out" 2>"$work/err"
	checks "$target" "$work/calls.py" "$work/p.json" "$work/out" "targets/$target.py"
done
