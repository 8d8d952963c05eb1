#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The thread that answers may read files, and has none of root's other rights.
# shellcheck source=tests/e2e/serve/common.sh
. "$(dirname "$0")/common.sh"

# of_threads NAME FIELD: that field of each thread of bpfprof whose name begins so
of_threads() {
	local task
	for task in "/proc/$me/task"/*; do
		[[ $(<"$task/comm") != "$1"* ]] || sed -n "s/^$2:\t//p" "$task/status"
	done
}

start /usr/bin/python3 -u "$tests_dir/targets/selfcheck.py"
serving -i .3
answering=$(of_threads MHD CapPrm) effective=$(of_threads MHD CapEff) all=$(sed -n 's/^CapPrm:\t//p' "/proc/$me/status")
if [ "$answering $effective" = "0000000000000004 0000000000000004" ] && ((16#$all >> 19 & 1)); then
	pass "it may read files, and bpfprof more"
else
	fail "it may read files, and bpfprof more" "it has $answering, $effective; bpfprof $all"
fi
if /usr/bin/python3 - "$port" <<'E2'; then
import sys, urllib.request
assert urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/", timeout=60).status == 200
E2
	pass "and answers"
else
	fail "and answers" "it does not"
fi
kill -INT "$me"
wait "$me"
stop
