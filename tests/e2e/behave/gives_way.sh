#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Attached to what runs already it waits for others, but for the thread that keeps the counting alive; else not.
# shellcheck source=tests/e2e/behave/common.sh
. "$(dirname "$0")/common.sh"

# threads_are NICER POLICY: those of $me, by all but the one that is -10
threads_are() {
	/usr/bin/python3 - "$me" "$@" 2>"$work/err" <<-'EOT'
		import os, sys
		me, nicer, policy = map(int, sys.argv[1:])
		def of(tid):
		    with open(f"/proc/{me}/task/{tid}/stat") as f:
		        fields = f.read().rpartition(")")[2].split()
		    return int(fields[16]), int(fields[38])  # niceness, policy
		threads = {of(tid) for tid in os.listdir(f"/proc/{me}/task")}
		own = min(os.getpriority(os.PRIO_PROCESS, 0) + nicer, 19), policy
		assert threads == {own, (-10, os.SCHED_OTHER)}, (threads, own)
	EOT
}

# gives NAME NICER POLICY OPTION...
gives() {
	local name=$1 nicer=$2 policy=$3
	shift 3
	counting --bias off -p "$pid" "$@"
	if soon threads_are "$nicer" "$policy"; then
		pass "$name"
	else
		fail "$name" "it has others"
	fi
	kill -INT "$me"
	wait "$me"
}

driven "${PYTHON[@]}" "$PYDIR/targets/steps.py"
gives "attached" 5 3
gives "with children that stand still while they are entered" 0 0 --children
stop
