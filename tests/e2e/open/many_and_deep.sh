#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Threads by the thousand and a stack 20,000 calls deep are in, and marked as open before.
# shellcheck source=tests/e2e/open/common.sh
. "$(dirname "$0")/common.sh"

python_use 3.11
start "${PYTHON[@]}" "$PYDIR/targets/open.py" 1000 20000
stands "1,000 threads, and one 20,000 calls deep" 20000 1001 --max-threads=1100
attached "the table has a mark" '^ +0 .*open\.py:[0-9]+\(looper\) \+$' -d 0.1 --max-threads=1100
has "and a line that explains it" '^   \+ open when profiling began'
if grep -q '(leaf) +' "$work/out"; then
	fail "and none where nothing was open" "it has"
else
	pass "and none where nothing was open"
fi
stop
