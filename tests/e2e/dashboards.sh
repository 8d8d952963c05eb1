#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Every panel of the dashboards has something to show, of a program that does all that they show. dashboards.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" dashboards "$1"
python_use 3.11
cat >"$work/all.py" <<'E2'
import os, time
r, w = os.pipe()
def give(): os.write(w, b"x" * 10)
def take(): os.read(r, 10)
exec("def " + 5000 * "x" + "(): pass\nlong = " + 5000 * "x") # a name that is cut, which is a loss
print("ready", flush=True)
while True:
    give()
    take()
    long()
    time.sleep(.01)
E2
start "${PYTHON[@]}" "$work/all.py"
counting serve -p "$pid" -i .3 --io --track 0:Pipe=all.py:give --listen 127.0.0.1:0
port=$(sed -n 's,.*serving at http://127.0.0.1:\([0-9]*\)/.*,\1,p' "$work/err")
if ! /usr/bin/python3 "$tests_dir/e2e/dashboards.py" "$port" "$cache/tools" "$tests_dir/../user/share"; then
	fail "all was asked" "the client failed"
fi
kill -INT $me
if wait $me && kill -0 "$pid"; then
	pass "ends, and leaves the program alone"
else
	fail "ends, and leaves the program alone" "it failed, or the program died"
fi
