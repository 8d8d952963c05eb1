#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Signal handlers that interrupt generators and functions wherever they are: each counts once, and so does
# what it interrupts.
# shellcheck source=tests/e2e/cfuncs/common.sh
. "$(dirname "$0")/common.sh"

program='import signal
calls = []
called = calls.append
def generator(n):
    called("generator")
    for i in range(n):
        yield i
        called("generator")
def function():
    called("function")
def handler(signum, frame):
    called("handler")
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, .0005, .0005)
for i in range(20000):
    for j in generator(5):
        pass
    function()
while calls.count("handler") < 100:
    for j in generator(1000):
        function()
signal.setitimer(signal.ITIMER_REAL, 0)
print(*("%s=%d" % (name, calls.count(name)) for name in ("generator", "function", "handler")))'

interrupted() {
	"$bpfprof" -q --builtins -o "$work/p.json" -- "${PYTHON[@]}" -c "$program" >"$work/out" 2>"$work/err"
	as_it_counts "signals while generators go on, $1" generator function handler
}

each_version interrupted
