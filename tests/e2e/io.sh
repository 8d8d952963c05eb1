#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Reads and writes (--io): as many calls and bytes, of each kind and by each function, as the program counts by itself, by
# every backend, launched and attached, by pair and by path. io.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" io "$1"

cat >"$work/check.py" <<'EOF2'
import json, sys
counts = json.loads(open(sys.argv[1]).read().splitlines()[-1])
p = json.load(open(sys.argv[2]))
def add(*all):
    sum = {}
    for each in all:
        for name, n in each.items():
            sum[name] = sum.get(name, 0) + n
    return sum
rows = {f["name"]: f for f in p["functions"] if f["file"].endswith("targets/io.py")}
assert not p["losses"].keys() - {"unsplit"}, p["losses"]
for name, row in rows.items():
    if name != "<module>":  # prints
        assert row["own_io"] == counts.get(name, {}), (name, row["own_io"], counts.get(name))
assert not counts.keys() - rows.keys(), counts.keys() - rows.keys()
cum = {name: row["cum_io"] for name, row in rows.items()}
assert cum["both"] == add(counts["write_file"], counts["read_file"]), cum["both"]
assert cum["recurse"] == counts["recurse"], cum["recurse"]
assert cum["recurse_in_turn"] == {"pipe_writes": 5, "pipe_written_bytes": 5}, cum["recurse_in_turn"]
others = "in_thread", "write_late"  # run in threads of their own
whole = add(*(io for name, io in counts.items() if name not in others))
seen = cum["main" if "await_word" in counts else "all_kinds"]
assert seen == whole, (seen, whole)
assert p["totals"]["io"] == add(*(f["own_io"] for f in p["functions"]))
pairs = {(e["caller_name"], e["callee_name"]): e for e in p["edges"] if e["callee_file"].endswith("targets/io.py")}
assert pairs["both", "write_file"]["cum_io"] == pairs["both", "write_file"]["own_io"] == counts["write_file"]
assert pairs["recurse", "recurse_in_turn"]["cum_io"] == cum["recurse_in_turn"]
assert pairs["all_kinds", "recurse"]["cum_io"] == counts["recurse"]
paths = p.get("paths")
if paths:
    for name in set().union(*counts.values()):
        assert sum(paths["own_" + name]) == p["totals"]["io"][name], name
    names = [p["functions"][f]["name"] for f in paths["function"]]
    cums = sorted(n for f, n in zip(names, paths["cum_pipe_writes"]) if f == "recurse")
    assert cums == [1, 2, 3, 4, 5, 6], cums
EOF2

# equal COUNTS NAME: $work/p.json has what the program says in the last line of COUNTS
equal() {
	checks "$2" "$work/check.py" "$1" "$work/p.json"
}

# launched NAME OPTION...
launched() {
	local name=$1
	shift
	"$bpfprof" -q --io --bias off "$@" -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/io.py" /tmp \
		>"$work/out" 2>"$work/err"
	equal "$work/out" "$name"
}

for row in usdt:3.9 inline:3.9 eval:3.11 inline:3.14 usdt:3.15; do
	python_use "${row#*:}"
	launched "launched, $row" "--backend=${row%:*}"
done
python_use 3.11
launched "by path" --paths

# A read that is open at the attach counts when it ends.
driven "${PYTHON[@]}" "$PYDIR/targets/io.py" "$work" wait
counting --io --bias off -p "$pid" -o "$work/p.json"
ask ''
echo "$line" >"$work/counts"
wait "$me"
equal "$work/counts" "attached while it reads"
exec 8<&- 9>&-

# figure NAME: of the whole, of what it is named after, and the loss of that name
figure() {
	python3 -c 'import json, sys
p = json.load(open(sys.argv[1]))
print(p["totals"]["io"].get("pipe_writes", 0), p["losses"].get(sys.argv[2], {}).get("count", 0))' "$work/p.json" "$1"
}

cat >"$work/deep.py" <<'EOF2'
import os, sys
sys.setrecursionlimit(5000)
r, w = os.pipe()
def deep(n):
    deep(n - 1) if n else os.write(w, b"x")
deep(1100)
EOF2
"$bpfprof" -q --io -o "$work/p.json" -- "${PYTHON[@]}" "$work/deep.py" >"$work/out" 2>"$work/err"
if [ "$(figure io_deep)" = "1 1" ]; then
	pass "beneath too many calls"
else
	fail "beneath too many calls" "$(figure io_deep)"
fi

python3 -c 'print("import os\nr, w = os.pipe()")
for i in range(3000):
    print(f"def f{i}(): os.write(w, b\"x\")\nf{i}()")' >"$work/many.py"
"$bpfprof" -q --io --max-edges 4096 -o "$work/p.json" -- "${PYTHON[@]}" "$work/many.py" >"$work/out" 2>"$work/err"
read -r seen lost < <(figure ios_full)
if [ "$seen" -gt 500 ] && [ "$seen" -lt 1100 ] && [ $((seen + lost)) -ge 3000 ]; then
	pass "by more functions than there is room for"
else
	fail "by more functions than there is room for" "$seen seen, $lost lost"
fi

"$bpfprof" -q -f io -n 'deep.py.*deep' -- "${PYTHON[@]}" "$work/deep.py" >"$work/out" 2>"$work/err"
has "as a table" '^  pipe +0 +0 +1 +1 +0 +1  .*deep.py:4\(deep\)$'
