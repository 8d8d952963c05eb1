#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What forks and what becomes another program; a script that does not exist.
# shellcheck source=tests/e2e/places/common.sh
. "$(dirname "$0")/common.sh"

expect "a script that does not exist" 2 "${prof[@]}" -- "${py[@]}" "$work/nowhere.py"
"${prof[@]}" -- "${py[@]}" -c 'import os, sys
def once(): pass
once()
if os.fork() == 0:
    for _ in range(9): once()
    os._exit(0)
os.wait()' >"$work/out" 2>"$work/err"
has "a forked child is not counted" '^ +1 .*\(once\)'
"${prof[@]}" -- "${py[@]}" -c 'import os, sys
def before(): pass
before()
os.execv(sys.executable, [sys.executable, "-c", "def after(): pass\nafter()"])' \
	>"$work/out" 2>"$work/err"
has "exec into Python: before" '\(before\)'
has "exec into Python: after" '\(after\)'
