#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A debugger takes the target while it is counted, and keeps it beyond the end: the profile is written, that the
# target cannot be left is said, and the stub takes itself out. And bpfprof is no target of itself.
# debugger.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/e2e/faults/common.sh
. "$(dirname "$0")/common.sh" "$1"

cat >"$work/traces.py" <<'E2'
import ctypes, signal, sys
libc = ctypes.CDLL(None, use_errno=True)
assert libc.ptrace(0x4206, int(sys.argv[1]), 0, 0) == 0  # PTRACE_SEIZE
print("traces", flush=True)
signal.pause()
E2

target
for backend in inline eval; do
	counting --bias off --backend=$backend -p "$pid" -i 0.1
	: >"$work/traces"
	/usr/bin/python3 "$work/traces.py" "$pid" >"$work/traces" &
	tracer=$!
	started+=("$tracer")
	soon grep -q traces "$work/traces"
	kill -INT "$me"
	wait "$me"
	status=$?
	if [ $status != 0 ] || ! grep -q '(fib)' "$work/out"; then
		fail "$backend: a profile all the same" "status $status"
	elif ! grep -q 'cannot leave.*another tracer' "$work/err"; then
		fail "$backend: it is said" "no line"
	else
		pass "$backend: a profile, and a line"
	fi
	kill "$tracer"
	wait "$tracer"
	attached "$backend: and the target goes on" '\(fib\)' -q --bias off --backend=$backend -d 0.2
done

counting --bias off -p "$pid"
refuse "bpfprof is no target" 1 'no Python interpreter' "$bpfprof" -p "$me" -d 0.1
kill -INT "$me"
wait "$me"
has "and counts on" '\(fib\)'
