#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Code objects that come and go, many more than the tables have room for: all calls are counted.
# shellcheck source=tests/e2e/places/common.sh
. "$(dirname "$0")/common.sh"

program='import collections, threading
alive = collections.deque(maxlen=3000)
def leaf(): pass
def make():
    for i in range(10000):
        space = {"leaf": leaf}
        exec("\n" * (i % 3) + "def made_%d(n=1):\n leaf()\n n and made_%d(0)" % (i % 5, i % 5), space)
        made = space["made_%d" % (i % 5)]
        alive.append(made)
        made()
for _ in range(2):
    thread = threading.Thread(target=make)
    thread.start()
    thread.join()'

# 10,000 in each of two threads, 15 rows, each called again beneath itself
cat >"$work/rows.py" <<'E2'
import collections, json, sys
p, got = json.load(open(sys.argv[1])), collections.Counter()
want = {("made_%d" % (i % 5), 1 + i % 3): 0 for i in range(15)}
for i in range(10000): want["made_%d" % (i % 5), 1 + i % 3] += 4
rows = [f for f in p["functions"] if f["name"].startswith("made")]
assert {(f["name"], f["line"]): f["ncalls"] for f in rows} == want, rows
assert all(2 * f["primitive_calls"] == f["ncalls"] for f in rows), rows
for e in p["edges"]:
    got[e["callee_name"].rstrip("01234")] += e["ncalls"] * e["caller_name"].startswith("made")
assert got["leaf"] == 40000 and got["made_"] == 20000, got
assert not p["losses"].keys() - {"unsplit"}, p["losses"]
E2

small=(--max-functions 512 --max-edges 4096)
while read -r version option; do
	python_use "$version"
	"$bpfprof" -q --bias off "${small[@]}" ${option:+"$option"} -o "$work/x.json" -- \
		"${PYTHON[@]}" -c "$program" >"$work/out" 2>"$work/err"
	if why=$(/usr/bin/python3 "$work/rows.py" "$work/x.json" 2>&1); then
		pass "$version $option"
	else
		fail "$version $option" "$(tail -1 <<<"$why" | cut -c1-200)"
	fi
done <<-'EOF'
	3.11
	3.13
	3.13 --paths
	3.15 --builtins=require
	3.11 --backend=eval
	3.9 --backend=eval
	3.15 --backend=eval
	3.9 --backend=usdt
	3.15 --backend=usdt
EOF
