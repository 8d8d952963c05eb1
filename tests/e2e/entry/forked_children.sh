#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Children of fork run well, and are not counted without --children.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

forked() {
	: >"$work/err"
	start "${PYTHON[@]}" -u -c '
import os, sys
def f(): pass
print("ready", flush=True)
sys.stdin.readline()
while True:
    pid = os.fork()
    if not pid:
        for _ in range(1000): f()
        os._exit(7)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 7: print("WRONG", flush=True)' \
		< <(soon grep -q 'profiling process' "$work/err" && echo)
	"$bpfprof" --bias off --backend="$backend" -p "$pid" -d 1 >"$work/out" 2>"$work/err"
	is_well "$backend: forked children run well"
	if grep -q '(f)' "$work/out"; then
		fail "$backend: forked children are not counted" "they are"
	else
		pass "$backend: forked children are not counted"
	fi
	stop
}

python_use 3.11
each_backend forked
