#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Signals without a pause, to bpfprof and to its target, from the first moment to the last: what they interrupt is
# done all the same. signals.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/e2e/faults/common.sh
. "$(dirname "$0")/common.sh" "$1"

# The target is sent the next once it has handled the one before: handlers would nest without an end.
cat >"$work/storm.py" <<'E2'
import mmap, os, signal, subprocess, sys
target, command = int(sys.argv[2]), sys.argv[3:]
with open(sys.argv[1], "r+b") as f:
    handled = mmap.mmap(f.fileno(), 8)
p = subprocess.Popen(command)
sent, told = 0, int.from_bytes(handled, "little")
while p.poll() is None:
    for sig in signal.SIGWINCH, signal.SIGCONT, signal.SIGURG:
        p.send_signal(sig)
        sent += 1
    if int.from_bytes(handled, "little") == told:
        os.kill(target, signal.SIGUSR1)
        told += 1
assert sent > 100, sent
sys.exit(p.returncode)
E2
cat >"$work/handles.py" <<'E2'
import mmap, signal, sys
with open(sys.argv[1], "r+b") as f:
    handled = mmap.mmap(f.fileno(), 8)
seen = 0
def handle(sig, frame):
    global seen
    seen += 1
    handled[:] = seen.to_bytes(8, "little")
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
signal.signal(signal.SIGUSR1, handle)
print("ready", flush=True)
while True:
    assert fib(12) == 144
E2

for row in inline:3.11 eval:3.11 usdt:3.9; do
	python_use "${row#*:}"
	head -c 8 /dev/zero >"$work/handled"
	start "${PYTHON[@]}" -u "$work/handles.py" "$work/handled"
	backend=${row%:*}
	for ((i = 0; i < 3; i++)); do
		faulty "run $i" /usr/bin/python3 "$work/storm.py" "$work/handled" "$pid" "$bpfprof" --backend="$backend"
		[ "$status" = 0 ] || wrong="run $i: $(head -1 "$work/err")"
	done
	unharmed "$backend: profile and target are well" 6
	stop
	wrong=''
done
