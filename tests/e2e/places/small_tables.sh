#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Small tables: what does not fit is counted.
# shellcheck source=tests/e2e/places/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/wide.py" <<'E2'
exec("".join("def f%d(): pass\n" % i for i in range(3000)))
for i in range(3000): globals()["f%d" % i]()
def down(n): return n and down(n - 1)
down(900)
import sys
if sys.argv[1] == "threads":  # whose starts wait by more calls or by less
    import threading
    def thread(): all_here.wait()
    all_here = threading.Barrier(9)
    for _ in range(2):
        t = [threading.Thread(target=thread) for _ in range(9)]
        for x in t: x.start()
        for x in t: x.join()
E2
"${prof[@]}" -f json -- "${py[@]}" "$work/wide.py" alone >"$work/full" 2>"$work/err"
for row in "functions 64 funcs_full" "edges 64 edges_full" "frames 64 stack_full" \
	"threads 2 threads_full"; do
	read -r table size loss <<<"$row"
	"${prof[@]}" -f json "--max-$table" "$size" -- "${py[@]}" "$work/wide.py" "$table" \
		>"$work/out" 2>"$work/err"
	# each kind of loss is a kind of call: with them the sum is that of a run without
	if why=$(python3 - "$work/out" "$work/full" "$loss" <<'E2'
import json, sys
small, full = (json.load(open(path)) for path in sys.argv[1:3])
def calls(p):
    return sum(f["ncalls"] for f in p["functions"])
lost = sum(small["losses"][n]["count"] for n in small["losses"] if n.endswith("_full")
           and n not in ("name_full", "rows_full", "threads_full"))
assert not full["losses"].keys() - {"unsplit"}, full["losses"]
assert small["losses"][sys.argv[3]]["count"] > 0, small["losses"]
if sys.argv[3] != "threads_full":
    assert calls(small) + lost == calls(full), (calls(small), lost, calls(full))
E2
	); then
		pass "--max-$table: losses are counted"
	else
		fail "--max-$table: losses are counted" "$why"
	fi
done
