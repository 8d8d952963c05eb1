#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What else can be found in a process: threads of no Python, names that are not text, a hot thread.
# shellcheck source=tests/e2e/dump/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/odd.py" <<'E2'
import ctypes, os, sys, threading, time
libc = ctypes.CDLL(None)
libc.pthread_create.argtypes = [ctypes.c_void_p] * 4
libc.pthread_create(ctypes.byref(ctypes.c_ulong()), None,
                    ctypes.cast(libc.pause, ctypes.c_void_p), None)

def named(n): time.sleep(1000)
code = compile("def f():\n time.sleep(1000)\nf()", "\x1b]0;owned\x07.py", "exec")
threading.Thread(target=exec, args=(code, {"time": time}), daemon=True, name="a\nb").start()
os.write(1, b"ready\n")
def hot(n):
    return hot(n - 1) if n else n
while True: hot(5)
E2
start_said "${PYTHON[@]}" "$work/odd.py"
soon shows clock_nanosleep
dumped "a thread that runs no Python" '^Thread [0-9]+ "python3", blocked in pause, runs no Python$'
dumped "names are escaped" '^Thread [0-9]+ "a\\x0ab", blocked in clock_nanosleep:$'
dumped "file names are escaped" '^  \\x1b\]0;owned\\x07\.py:2  f$'
if soon shows "^  $work/odd.py:[0-9]+  hot$"; then
	pass "the hot thread"
else
	fail "the hot thread" "it is not seen there"
fi
dumped "it holds the GIL" '^Thread [0-9]+ "MainThread", (running|in .*), holds the GIL:$'
dumped "-v says for how long it stood" . -v
if grep -Eq "^bpfprof: process $pid stood still for [0-9.]+ ms$" "$work/err"; then
	pass "-v says so"
else
	fail "-v says so" "it does not"
fi
if "$bpfprof" dump -p "$pid" >/dev/full 2>"$work/err"; then
	fail "a full disk" "status 0"
else
	pass "a full disk"
fi
