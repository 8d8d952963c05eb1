#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What is missing from a profile is noted: tracks that match nothing, children.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
attached "--track that matches nothing" 'Note: --track 3: no function nix of a file no.py was called' \
	-q -d 0.3 --track 3:DB=no.py:nix,selfcheck.py:fib
if grep -q 'no function fib' "$work/out"; then
	fail "--track that matches says nothing" "it does"
else
	pass "--track that matches says nothing"
fi
"$bpfprof" -p "$pid" -d 0.3 --tracks --track 3:DB=no.py:nix,selfcheck.py:fib >"$work/said" 2>"$work/out"
has "beside blocks by track too" 'note: --track 3: no function nix of a file no.py was called'
stop
"$bpfprof" -q -- "${PYTHON[@]}" -c 'import os, subprocess
if not os.fork(): os._exit(0)
os.wait()
subprocess.run(["true"])
subprocess.run(["true"])' >"$work/out" 2>"$work/err"
has "children" 'Note: 3 child processes were not followed'
"$bpfprof" -q -- "${PYTHON[@]}" -c 'import threading
t = threading.Thread(target=int); t.start(); t.join()' >"$work/out" 2>"$work/err"
if grep -q child "$work/out"; then
	fail "threads are no children" "they are"
else
	pass "threads are no children"
fi
