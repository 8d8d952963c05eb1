#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A child that returns through the frames that its parent has entered: the parent alone is counted.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

returns() {
	"${prof[@]}" --backend="$backend" -- "${PYTHON[@]}" -c 'import os
def inner(): return os.fork()
def outer(): return inner()
def after(): pass
pid = outer()
for _ in range(3 if pid else 1000): after()
if not pid: os._exit(0)
os.waitpid(pid, 0)' >"$work/out" 2>"$work/err"
	has "$backend: a child that returns through its parent's frames: inner" '^ +1 .*\(inner\)'
	has "$backend: a child that returns through its parent's frames: outer" '^ +1 .*\(outer\)'
	has "$backend: a child that returns through its parent's frames: after" '^ +3 .*\(after\)'
}

python_use 3.11
each_backend returns
