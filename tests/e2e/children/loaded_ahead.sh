#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Where several children live at the same time, what the next one needs is loaded before it is born.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/at_once.py" <<-'EOF'
	import os
	def work(): pass
	read, write = os.pipe()
	for _ in range(6):
	    if not os.fork():
	        os.close(write)
	        work()
	        os.read(read, 1)
	        os._exit(0)
	os.close(write)
	for _ in range(6): os.wait()
EOF
"$bpfprof" -v --bias off --children -- "${PYTHON[@]}" "$work/at_once.py" >"$work/out" 2>"$work/err"
has "all are counted" '^ +6 .*\(work\)'
# not the program's, nor the first two children's: then it is known that they come side by side
ahead=$(grep -c 'loaded ahead' "$work/err")
if [ "$ahead" = 4 ]; then
	pass "four of six loaded ahead"
else
	fail "four of six loaded ahead" "$ahead of them"
fi
