#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Of children that are killed before their first function nothing is missed, and nothing is said.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/kills.py" <<-'EOF'
	import os, signal, time
	def work(): pass
	for n in range(40):
	    pid = os.fork()
	    if not pid:
	        while True: work()
	    time.sleep(n * 0.001)
	    os.kill(pid, signal.SIGKILL)
	    os.waitpid(pid, 0)
	os._exit(7)
EOF

"$bpfprof" --bias off --children -- "${PYTHON[@]}" "$work/kills.py" >"$work/out" 2>"$work/err"
ended "the command ends by itself" $? 'function calls'
if grep -q 'not profiled' "$work/out"; then
	fail "nobody is missed" "$(grep 'not profiled' "$work/out")"
else
	pass "nobody is missed"
fi
