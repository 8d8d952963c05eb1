#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A command that ends before what it has started.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/outlived.py" <<-'EOF'
	import os, sys, time
	def work(): pass
	parent = os.getpid()
	if os.fork():
	    os._exit(7)
	while os.getppid() == parent:
	    time.sleep(0.001)
	for _ in range(1000): work()
	with open(sys.argv[1], "w") as out: print(parent, file=out)
	sys.stdin.read()
EOF

# outlived OPTION... < WHAT-ENDS-WHAT-IS-STARTED
outlived() {
	"$bpfprof" --bias off --children "$@" -- "${PYTHON[@]}" "$work/outlived.py" "$work/parent" \
		>"$work/out" 2>"$work/err"
}

is_alone() {
	[ -s "$work/parent" ] && [ ! -e "/proc/$(cat "$work/parent")" ]
}

outlived --wait </dev/null
ended "the last child is waited for" $? '^ +1000 .*\(work\)'
rm "$work/parent"

outlived --wait < <(soon test -e "$work/reported") &
me=$!
soon is_alone
kill "$(pgrep -P "$me" bpfprof)"
wait "$me"
ended "a signal ends the wait" $? '^ +1000 .*\(work\)'

outlived < <(soon test -e "$work/reported")
ended "a child that runs on is said" $? 'Note: 1 process ran on after the command'
touch "$work/reported"
