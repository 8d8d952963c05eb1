#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Every panel of the dashboards has something to show, of a program that does all that they show.
# shellcheck source=tests/e2e/serve/common.sh
. "$(dirname "$0")/common.sh"

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
serving -i .3 --io --track 0:Pipe=all.py:give
asked dashboards.py "$cache/tools" "$share"
