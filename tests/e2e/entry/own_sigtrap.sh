#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What a process does at a SIGTRAP is its own: each of our steps in it ends in one.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

program='
import os, select, signal, sys
got = []
signal.signal(signal.SIGTRAP, lambda *a: got.append(a[0]))
if sys.argv[1] == "blocked": signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTRAP])
def work(): pass
print("ready", flush=True)
while not select.select([0], [], [], 0.001)[0]: work()
os.kill(os.getpid(), signal.SIGTRAP)
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTRAP])
work()
print("got", *got, flush=True)
'

# keeps_its_handler HOW: free, or blocked meanwhile
keeps_its_handler() {
	local name="$version, $backend, $1" status
	driven "${PYTHON[@]}" -c "$program" "$1"
	if "${prof[@]}" --backend "$backend" -p "$pid" -d 0.2 >"$work/out" 2>"$work/err" && grep -q '(work)' "$work/out"; then
		pass "$name: profiled"
	else
		fail "$name: profiled" "no table of it"
	fi
	echo >&9
	read -r -t 60 line <&8
	wait "$pid"
	status=$?
	if [ "$status $line" = "0 got 5" ]; then
		pass "$name: its handler is called"
	else
		fail "$name: its handler is called" "status $status, ${line:-nothing}"
	fi
}

each_way() {
	keeps_its_handler free
	keeps_its_handler blocked
}

each_version each_way
