#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Greenlets, which take turns on one thread: each is counted, and has its own time.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

python_use 3.11
if ! "${PYTHON[@]}" -c 'import greenlet' 2>/dev/null; then
	echo "ok $ring # SKIP python3-greenlet is not installed"
	exit
fi

all_run() {
	expect "$backend: greenlets" 0 "${prof[@]}" --backend="$backend" -- "${PYTHON[@]}" -c '
import greenlet
def f(): pass
def run(n):
    for _ in range(n):
        f()
        main.switch()
main = greenlet.getcurrent()
all = [greenlet.greenlet(run) for _ in range(10)]
for g in all: g.switch(100)
for _ in range(100):
    for g in all: g.switch()
print("done", all[0].dead)'
	has "$backend: greenlets: counted" '^ +1000 .*\(f\)'
	has "$backend: greenlets: they ran to their ends" '^done True'
}

turns() {
	"${prof[@]}" --backend="$backend" --bias off -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/turns.py" \
		>"$work/out" 2>"$work/err"
	if python3 - "$work/p.json" <<'EOT' 2>>"$work/err"; then
import json, sys
f = {f["name"]: f for f in json.load(open(sys.argv[1]))["functions"] if f["file"].endswith("turns.py")}
cpu = {n: r["cumtime_ns"] - r["cum_off_ns"] for n, r in f.items()}
blocked = {n: r["cum_off_ns"] - r["cum_runnable_ns"] for n, r in f.items()}
assert cpu["computes"] > 190e6 and blocked["computes"] < 100e6, (cpu, blocked)
assert blocked["sleeps"] > 190e6 and cpu["sleeps"] < 100e6, (cpu, blocked)
EOT
		pass "$backend: greenlets that take turns: each has its own time"
	else
		fail "$backend: greenlets that take turns: each has its own time" "$(tail -1 "$work/err")"
	fi
}

each_backend all_run
each_backend turns
