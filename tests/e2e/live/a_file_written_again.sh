#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A file is written again for each interval, and nothing is left beside it.
# shellcheck source=tests/e2e/live/common.sh
. "$(dirname "$0")/common.sh"

"$bpfprof" -q -i 0.1 -o "$work/p.json" -- "${PYTHON[@]}" -c $'import time
def f(): time.sleep(0.05)
while True: f()' &
me=$!
started+=("$me")
if soon grep -q '"name": "f"' "$work/p.json" 2>/dev/null && kill -0 $me; then
	pass "a file that is written again"
else
	fail "a file that is written again" "it is not there while the program runs"
fi
kill -TERM $me
wait $me 2>/dev/null
if [ "$(find "$work" -name 'p.json*' | wc -l)" = 1 ]; then
	pass "nothing is left beside it"
else
	fail "nothing is left beside it" "$(find "$work" -name 'p.json*')"
fi
