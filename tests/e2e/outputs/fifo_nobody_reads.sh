#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# SIGTERM ends bpfprof although its reader takes nothing more, and the profile is kept.
# shellcheck source=tests/e2e/outputs/common.sh
. "$(dirname "$0")/common.sh"

fifo stuck
"$bpfprof" -p "$pid" -i 0.1 -f json -o stuck 2>err &
me=$!
begun
read -r -N 1 -u 9 _ # and no more
kill -TERM $me
wait $me
status=$?
exec 9<&-
if [ $status = 1 ] && grep -q 'its reader takes nothing' err; then
	pass "SIGTERM ends it, whoever does not read"
else
	fail "SIGTERM ends it, whoever does not read" "status $status"
fi
kept "and what was measured is kept"
well "and the process is left"
ends
