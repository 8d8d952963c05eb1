#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A FIFO is written to where somebody reads it, and refused where nobody does.
# shellcheck source=tests/e2e/outputs/common.sh
. "$(dirname "$0")/common.sh"

fifo pipe
"$bpfprof" -p "$pid" -d 0.2 -o pipe 2>err &
me=$!
begun
cat <&9 >out
wait $me
status=$?
exec 9<&-
if [ $status = 0 ] && grep -q '(leaf)' out; then
	pass "a FIFO with a reader"
else
	fail "a FIFO with a reader" "status $status"
fi
refuse "a FIFO without a reader" 1 'nobody reads it' "${attach[@]}" -d 0.2 -o pipe
ends
