#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A kernel that lets nobody write through /proc/PID/mem: by ptrace.
# shellcheck source=tests/e2e/table/common.sh
. "$(dirname "$0")/common.sh"

for backend in inline eval; do
	meddles 3.11
	untouched=$(digest)
	ask spin
	rm -f "$work/refused"
	export REFUSE=$work/refused LD_PRELOAD=$work/meddler.so
	attached "no forced writes, $backend" '\(f\)' --bias off --backend=$backend -d 0.3 -v
	unset REFUSE LD_PRELOAD
	if [ -e "$work/refused" ] && grep -q 'by the dispatch table' "$work/err"; then
		pass "no forced writes, $backend: by ptrace"
	else
		fail "no forced writes, $backend: by ptrace" "it is not"
	fi
	as_before "$version no forced writes, $backend: all is as before"
	end
done
