#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Threads that come and go by the thousand: no call is lost.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

threads() {
	expect "$backend: threads by the thousand" 0 "${prof[@]}" --backend="$backend" -- "${PYTHON[@]}" -c '
import threading
def f(): pass
def run():
    f()
    here.wait()
for n in range(300):
    here = threading.Barrier(10)
    all = [threading.Thread(target=run) for _ in range(10)]
    for t in all: t.start()
    for t in all: t.join()'
	has "$backend: threads by the thousand: counted" '^ +3000 .*\(f\)'
}

python_use 3.11
each_backend threads
