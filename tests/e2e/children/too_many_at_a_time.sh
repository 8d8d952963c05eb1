#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# More processes at a time than bpfprof has files for: those that are not counted are said.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/at_once.py" <<-'EOF'
	import os
	def work(): pass
	read, write = os.pipe()
	for _ in range(5):
	    if not os.fork():
	        os.close(write)
	        os.read(read, 1)
	        work()
	        os._exit(0)
	os.close(write)
	while True:
	    try: os.wait()
	    except ChildProcessError: break
EOF
(
	ulimit -n 250
	"$bpfprof" --bias off --children -- "${PYTHON[@]}" "$work/at_once.py" >"$work/out" 2>"$work/err"
)
counted=$(sed -n 's/^ *\([0-9]*\) .*(work)$/\1/p' "$work/out")
missed=$(noted 'Python process.* not profiled: too many')
if [ $((${counted:-0} + ${missed:-0})) = 5 ] && [ "${counted:-0}" -gt 0 ] && [ "${missed:-0}" -gt 0 ]; then
	pass "too many at a time"
else
	fail "too many at a time" "counted ${counted:-none}, noted ${missed:-none} of 5"
fi
