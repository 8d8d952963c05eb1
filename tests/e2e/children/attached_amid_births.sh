#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# An attach amid births: no fork fails.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

start "${PYTHON[@]}" -c 'import os, sys, threading
threading.Thread(target=sys.stdin.readline).start()
print("ready", flush=True)
bad = 0
while threading.active_count() > 1:
    pid = os.fork()
    if not pid: os._exit(3)
    bad += os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 3
sys.exit(bad != 0)' < <(soon test -e "$work/enough" && echo)
for _ in 1 2 3; do
	"$bpfprof" -q --bias off --children -d 0.2 -p "$pid" >"$work/out" 2>"$work/err" ||
		fail "attached amid births" "a run failed"
done
touch "$work/enough"
if wait "$pid"; then
	pass "attached amid births"
else
	fail "attached amid births" "a fork failed"
fi
exec 8<&-
