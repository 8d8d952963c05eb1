#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# One after the other children need no more files than one, nor leave any behind.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/in_turn.py" <<-'EOF'
	import os
	def work(): pass
	for _ in range(60):
	    if not os.fork():
	        work()
	        os._exit(0)
	    os.wait()
EOF
(
	ulimit -n 250
	"$bpfprof" --bias off --children -- "${PYTHON[@]}" "$work/in_turn.py" >"$work/out" 2>"$work/err"
)
has "sixty in turn, with few files" '^ +60 .*\(work\)'
