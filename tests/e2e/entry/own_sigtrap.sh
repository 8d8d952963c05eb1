#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What a process does at a SIGTRAP is its own: each of our steps in it ends in one.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

program='
import os, select, signal, sys, threading
got = []
how = sys.argv[1]
signal.signal(signal.SIGTRAP, signal.SIG_IGN if how == "ignored" else lambda *a: got.append(a[0]))
if how not in ("free", "ignored"): signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTRAP])
def come():
    if how == "of-thread": signal.pthread_kill(threading.get_ident(), signal.SIGTRAP)
    else: os.kill(os.getpid(), signal.SIGTRAP)
pending = how in ("pending", "of-thread")
if pending: come()
def work(): pass
print("ready", flush=True)
while not select.select([0], [], [], 0.001)[0]: work()
if not pending: come()
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTRAP])
work()
print("got", *got, flush=True)
'

# keeps HOW WANTED: it does at a SIGTRAP what it did, which comes after the run; or came before
# (pending, of-thread), as it is blocked
keeps() {
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
	if [ "$status $line" = "0 $2" ]; then
		pass "$name: as before"
	else
		fail "$name: as before" "status $status, ${line:-nothing}"
	fi
}

each_way() {
	keeps free "got 5"
	keeps blocked "got 5"
	keeps ignored "got"
	keeps pending "got 5"
	keeps of-thread "got 5"
}

each_version each_way
