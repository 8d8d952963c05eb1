#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A command: the paths of its calls; its output comes afterwards, and its status.
# shellcheck source=tests/e2e/top/common.sh
. "$(dirname "$0")/common.sh"

on_screen 80 24 "$bpfprof" top --paths -- "${PYTHON[@]}" -c 'import sys, time
def twice(): time.sleep(1.7) # not at the end of an interval
print("printed by the program")
twice(); twice()
sys.exit(7)'
shows "of a command" ' 2 .* twice'
shows "its end" 'IT HAS ENDED'
keys Home t
shows "paths below it" 'callers and paths below'
keys q
shows "its output comes afterwards, and its status" 'ended: 7'
if grep -q '^printed by the program' "$work/out"; then
	pass "all of it"
else
	fail "all of it" "it is lost"
fi
