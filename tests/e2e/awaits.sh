#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Who awaits whom (--coroutines): as the program has recorded it by itself, of coroutines (with --paths the whole tree)
# and of tasks, launched and attached when its code is hot. awaits.sh BPFPROF; ROWS="3.13:eval pyenv-3.12.1:inline" runs
# those alone
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" awaits "$1"

cat >"$work/check.py" <<'EOF2'
import collections, json, sys
said, p = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
mine = lambda file: file.endswith("/who_awaits.py")
assert not p["losses"].keys() - {"unsplit"}, p["losses"]
rows = {f["name"]: f for f in p["functions"] if f["coroutines_begun"]}

# coroutines by their paths, of which what is no coroutine of the program's own is left out
if "paths" in p:
    seen, names = collections.Counter(), []
    for i, (parent, function) in enumerate(zip(p["paths"]["parent"], p["paths"]["function"])):
        f, begun = p["functions"][function], p["paths"]["coroutines_begun"][i]
        above = names[parent] if parent >= 0 else ()
        names.append(above + (f["name"],) if mine(f["file"]) and f["coroutines_begun"] else above)
        if mine(f["file"]) and begun:
            seen[" ".join(names[i])] += begun
    assert seen == said["paths"], (set(seen.items()) ^ set(said["paths"].items()))
else:
    seen, said_of = collections.Counter(), collections.Counter()
    for e in p["edges"]:
        if mine(e["callee_file"]) and e["coroutines_begun"] and mine(e["caller_file"]):
            seen[e["caller_name"], e["callee_name"]] += e["coroutines_begun"]
    for path, n in said["paths"].items():
        if " " in path:
            said_of[tuple(path.split()[-2:])] += n
    assert seen == said_of, (set(seen.items()) ^ set(said_of.items()))

# tasks: how many, and not longer than from before to after
seen = collections.defaultdict(lambda: [0, 0])
for a in p["awaits"]:
    if "paths" in p:
        assert p["functions"][p["paths"]["function"][a["path"]]]["name"] == a["caller_name"], a
    if mine(a["task_file"]) and (mine(a["caller_file"]) or a["caller_name"] in ("wait_for", "_wait", "__aexit__", "_aexit")):
        row = seen[" ".join((a["caller_name"], a["task_name"], a["in"]))]
        row[0] += a["tasks"]
        row[1] += a["ns"]
assert {k: v[0] for k, v in seen.items()} == {k: v[0] for k, v in said["awaits"].items()}, \
    (set((k, v[0]) for k, v in seen.items()) ^ set((k, v[0]) for k, v in said["awaits"].items()))
for key, (n, ns) in seen.items():
    assert 0 <= ns <= said["awaits"][key][1] + 1000, (key, ns, said["awaits"][key])
    task, how = key.split()[1:]
    if how == "task" and task in ("nap", "two_deep", "three_deep"):  # of these each naps
        assert ns >= n * 1_980_000, (key, n, ns)

# a function's suspensions in tasks are those of its rows
for what in "task", "gather":
    ends = collections.defaultdict(list)
    for a in p["awaits"]:
        if a["in"] == what:
            ends[a["caller_name"]].append(a["ns"])
    for name, each in ends.items():
        assert max(each) <= rows[name]["in_" + what + "_ns"] + 1000, (name, each, rows[name])
for name in "in_task", "in_shield", "is_cancelled", "items":
    assert abs(sum(a["ns"] for a in p["awaits"] if a["caller_name"] == name) - rows[name]["in_task_ns"]) < 1000, name
for name, what in (("sleep", "in_sleep"), ("in_executor", "in_executor"), ("to_thread", "in_executor"), ("in_future", "in_future")):
    if name in rows:  # asyncio.sleep(0) yields
        assert rows[name]["suspended_ns"] - 1000 - (name == "sleep") * 10**9 <= rows[name][what + "_ns"] > 0, rows[name]
EOF2

# equal NAME: what the program has recorded
equal() {
	local here=$work/said.json
	[ "$PYDIR" = "$tests_dir" ] || here=$cache/forky$PYDIR/said.json
	checks "$1" "$work/check.py" "$here" "$work/p.json"
}

# both_ways VERSION BACKEND
both_ways() {
	local there=$work paths
	[ "$PYDIR" = "$tests_dir" ] || there=$PYDIR
	for paths in '' --paths; do
		"$bpfprof" -q --coroutines $paths --backend "$2" --bias off -o "$work/p.json" -- \
			"${PYTHON[@]}" "$PYDIR/targets/who_awaits.py" "$there/said.json" >"$work/out" 2>"$work/err"
		equal "launched${paths:+ with paths}, $1 by $2"
	done
	driven "${PYTHON[@]}" "$PYDIR/targets/who_awaits.py" "$there/said.json" hot
	counting --coroutines --paths --backend "$2" --bias off -p "$pid" -o "$work/p.json"
	ask ''
	kill -INT "$me"
	wait "$me"
	equal "attached when hot with paths, $1 by $2"
	echo >&9
	wait "$pid"
	exec 8<&- 9>&-
}

[ -n "${ROWS:-}" ] || ROWS=$(echo {3.9,3.11,3.13,3.14,3.15}:{inline,eval} && pythons_all | sed -n '/^pyenv-3.\(8\|10\|12\)/s/.*/&:inline/p')
for row in $ROWS; do
	python_use "${row%:*}"
	both_ways "${row%:*}" "${row#*:}"
done
