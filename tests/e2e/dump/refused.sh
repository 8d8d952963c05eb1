#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What cannot be dumped is refused in one line; the number of a thread will do.
# shellcheck source=tests/e2e/dump/common.sh
. "$(dirname "$0")/common.sh"

start_said "${PYTHON[@]}" "$PYDIR/targets/stacks.py"
refuse "no process given" 2 'give -p PID' "$bpfprof" dump
refuse "an unknown format" 2 'text or json' "$bpfprof" dump -f xml -p "$pid"
refuse "an argument" 2 'takes no argument' "$bpfprof" dump -p "$pid" more
refuse "no such process" 1 'no such process' "$bpfprof" dump -p 4194303
sleep 1000 &
started+=($!)
asleep=$!
target=$pid
start_said /usr/bin/python3 -c 'import os, signal
if not os.fork(): os._exit(0)
os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
print(flush=True)
signal.pause()'
refuse "a zombie" 1 'it has ended' "$bpfprof" dump -p "$(pgrep -P "$pid")"
pid=$target
for thread in "/proc/$pid/task"/*; do
	pid=${thread##*/}
done
dumped "by the number of a thread" '  <module>$'
pid=$target
refuse "not Python" 1 'runs no Python' "$bpfprof" dump -p "$asleep"
refuse "of another user" 1 "more rights than yours; run bpfprof as root" \
	setpriv --reuid=65534 --regid=65534 --clear-groups "$bpfprof" dump -p "$pid"
