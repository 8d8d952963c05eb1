#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# All that can be counted at once, in and out of a process that does it all: exact, and the process goes on.
# together.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" together "$1"

cat >"$work/check.py" <<'E2'
import json, sys
N, THREADS = 300, 4
n = N * THREADS
p = json.load(open(sys.argv[1]))
rows = {f["name"]: f for f in p["functions"] if f["file"].endswith("targets/together.py")}
calls = {name: (rows[name]["ncalls"], rows[name]["primitive_calls"]) for name in rows if not name.startswith(("noise", "of_", "main", "<"))}
assert calls == {"leaf": (8 * n + N,) * 2, "recurse": (6 * n, n), "items": (8 * n,) * 2, "copy": (n,) * 2, "fail": (4 * n, n),
                 "work": (THREADS,) * 2, "one_round": (1, 1), "task": (2 * N,) * 2, "tasks": (2, 2)}, calls
wrote, read = {"pipe_writes": n, "pipe_written_bytes": 100 * n}, {"pipe_reads": n, "pipe_read_bytes": 100 * n}
assert rows["copy"]["cum_io"] == {**read, **wrote} and not rows["copy"]["own_io"], rows["copy"]
edges = {e["callee_name"]: e for e in p["edges"] if e["caller_name"] == "copy"}
for name, io in ("write", wrote), ("read", read):
    (edge,) = [e for callee, e in edges.items() if name in callee]
    assert edge["ncalls"] == n and edge["own_io"] == io, edge
lives = {name: (rows[name]["coroutines_begun"], rows[name]["coroutines_ended"]) for name in ("task", "tasks")}
assert lives == {"task": (N, N), "tasks": (1, 1)}, lives
paths = p["paths"]
at = [p["functions"][f]["name"] for f in paths["function"]]
for name, figure in calls.items():
    assert sum(c for f, c in zip(at, paths["ncalls"]) if f == name) == figure[0], name
assert p["target"]["backend"] == "inline" and not p["losses"], p["losses"]
assert len(json.load(open(sys.argv[2]))["traceEvents"]) > 900
E2

for name in 3.9 3.11 3.13 3.15; do
	python_use $name
	driven "${PYTHON[@]}" "$PYDIR/targets/together.py"
	for round in 1 2 3; do
		counting --builtins=all --io --coroutines --timeline 1000 --paths -p "$pid" -o "$work/p.json" \
			-o "$work/p.trace.json"
		ask ''
		kill -INT "$me"
		wait "$me"
		if why=$(python3 "$work/check.py" "$work/p.json" "$work/p.trace.json" 2>&1); then
			pass "$name, round $round"
		else
			fail "$name, round $round" "$(tail -1 <<<"$why" | cut -c1-300)"
		fi
	done
	ask stop
	if wait "$pid" && [ "$line" = "ended well" ]; then
		pass "$name, goes on to its end"
	else
		fail "$name, goes on to its end" "$line"
	fi
	exec 8<&- 9>&-
done
