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
	local name="signals while generators go on, $1"
	"$bpfprof" -q --builtins -o "$work/p.json" -- "${PYTHON[@]}" -c "$program" >"$work/out" 2>"$work/err"
	if why=$(/usr/bin/python3 - "$work/p.json" "$work/out" 2>&1 <<'EOF2'
import json, sys
p, want = json.load(open(sys.argv[1])), open(sys.argv[2]).read().split()
got = {f["name"]: f["ncalls"] for f in p["functions"] if f["file"] == "<string>"}
assert [f"{name}={got[name]}" for name in ("generator", "function", "handler")] == want, (got, want)
assert not any(p["losses"].values()), p["losses"]
EOF2
	); then
		pass "$name"
	else
		fail "$name" "$(tail -1 <<<"$why"), $(head -3 "$work/err")"
	fi
}

each_version interrupted
