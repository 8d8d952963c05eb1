#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A closed stdout is said; a command is given the descriptors that bpfprof was given.
# shellcheck source=tests/e2e/outputs/common.sh
. "$(dirname "$0")/common.sh"

"${attach[@]}" -d 0.2 >&- 2>err
status=$?
holds "closed stdout" "status $status" eval '[ $status = 1 ] && grep -q "stdout is closed" err'
"$bpfprof" -q -o closed.json -- "${PYTHON[@]}" -c 'import os
def is_open(fd):
    try: os.fstat(fd)
    except OSError: return False
    return True
os._exit(10 + is_open(0) + 2 * is_open(1))' <&- >&- 2>err
status=$?
if [ $status = 10 ] && "$bpfprof" report closed.json | grep -q is_open; then
	pass "closed descriptors are the program's too"
else
	fail "closed descriptors are the program's too" "status $status"
fi
ends
