#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A reader that goes away ends bpfprof, not the process nor the command.
# shellcheck source=tests/e2e/outputs/common.sh
. "$(dirname "$0")/common.sh"

"${attach[@]}" -i 0.1 2>err | head -1 >out
status=${PIPESTATUS[0]}
if [ "$status" = 141 ] && [ ! -s err ] && [ -s out ]; then
	pass "a reader that goes away"
else
	fail "a reader that goes away" "status $status"
fi
well "and the process is left, too"
"$bpfprof" -q -i 0.1 -- "${PYTHON[@]}" -c $'import time, sys\ndef f(): time.sleep(1)\nf()\nsys.exit(3)' 2>err | head -1 >out
status=${PIPESTATUS[0]}
holds "and it is said that the report is cut" "$(cat err)" grep -q '^bpfprof: the report is cut: its reader went away; ' err
holds "a launched program ends as it does" "status $status" [ "$status" = 3 ]
ends
