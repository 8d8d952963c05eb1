#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Waits with a timeout that a stop interrupts, as that of the attach does: they go on for the same reason.
# shellcheck source=tests/e2e/clocks/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/resumed.py" <<'E2'
import json, sys
REASONS = {"wait_for_lock": "lock_ns", "receive": "poll_ns", "poll": "poll_ns", "poll_nothing": "sleep_ns", "sleep": "sleep_ns"}
p = json.load(open(sys.argv[1]))
rows = {f["name"]: f["own_reasons"] for f in p["functions"] if f["file"].endswith("targets/resumed.py")}
for name, reason in REASONS.items():
    waits = rows[name]
    assert waits.get(reason), (name, waits)
    assert not waits.keys() - {reason, "stopped_ns", "fault_ns"}, (name, waits)
E2

# Each thread in its system call: futex, poll or ppoll, and what sleeps are made of.
all_wait() {
	[ "$(cat /proc/"$pid"/task/*/syscall | grep -cE '^(202|7|271|23|35|230|270) ')" = 6 ]
}

for row in usdt:3.9 eval:3.9 inline:3.9 eval:3.11 inline:3.11 inline:3.14 usdt:3.15 inline:3.15; do
	python_use "${row#*:}"
	start "${PYTHON[@]}" "$PYDIR/targets/resumed.py"
	soon all_wait
	rm -f "$work/p.json"
	"$bpfprof" -q -b off -d 0.2 "--backend=${row%:*}" -p "$pid" -o "$work/p.json" >"$work/out" 2>"$work/err"
	checks "$row" "$work/resumed.py" "$work/p.json"
	"$bpfprof" dump -p "$pid" >"$work/out" 2>"$work/err"
	has "$row, dump" 'blocked in restart_syscall'
	stop
done
