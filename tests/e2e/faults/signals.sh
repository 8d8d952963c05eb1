#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Signals without a pause, to bpfprof and to its target, from the first moment to the last: what they interrupt is
# done all the same. signals.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/e2e/faults/common.sh
. "$(dirname "$0")/common.sh" "$1"

cat >"$work/storm.py" <<'E2'
import os, signal, subprocess, sys
target, command = int(sys.argv[1]), sys.argv[2:]
p = subprocess.Popen(command)
sent = 0
while p.poll() is None:
    for to, sig in (p.pid, signal.SIGWINCH), (p.pid, signal.SIGCONT), (p.pid, signal.SIGURG), (target, signal.SIGUSR1):
        os.kill(to, sig)
        sent += 1
assert sent > 100, sent
sys.exit(p.returncode)
E2
cat >"$work/handles.py" <<'E2'
import signal, sys
seen = 0
def handle(sig, frame):
    global seen
    seen += 1
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
signal.signal(signal.SIGUSR1, handle)
print("ready", flush=True)
while True:
    assert fib(12) == 144
E2

for row in inline:3.11 eval:3.11 usdt:3.9; do
	python_use "${row#*:}"
	start "${PYTHON[@]}" -u "$work/handles.py"
	backend=${row%:*}
	for ((i = 0; i < 3; i++)); do
		faulty "run $i" /usr/bin/python3 "$work/storm.py" "$pid" "$bpfprof" --backend="$backend"
		[ "$status" = 0 ] || wrong="run $i: $(head -1 "$work/err")"
	done
	unharmed "$backend: profile and target are well" 6
	stop
	wrong=''
done
