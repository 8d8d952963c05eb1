#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A process that another tracer has cannot be entered, and can be once that has gone.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/tracer.py" <<'EOF2'
import ctypes, os, signal, sys
libc, pid = ctypes.CDLL(None, use_errno=True), int(sys.argv[1])
assert libc.ptrace(0x4206, pid, 0, 0) == 0  # PTRACE_SEIZE
print("ready", flush=True)
while True:
    status = os.waitpid(pid, 0x40000000)[1]
    if os.WIFSTOPPED(status):
        libc.ptrace(7, pid, 0, os.WSTOPSIG(status) if status >> 16 == 0 else 0)  # PTRACE_CONT
EOF2
start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
target=$pid
exec 8<&-
start /usr/bin/python3 "$work/tracer.py" "$target"
refuse "traced by another" 1 "another tracer" "$bpfprof" -q -p "$target" -d 0.3
refuse "traced by another, by name" 1 "another tracer" "$bpfprof" -q --backend=eval -p "$target" -d 0.3
stop
pid=$target
attached "and profiled once that has gone" '\(fib\)' -q -d 0.3
stop
