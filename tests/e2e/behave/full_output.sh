#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# An output that is full loses no profile.
# shellcheck source=tests/e2e/behave/common.sh
. "$(dirname "$0")/common.sh"

"${prof[@]}" -o /dev/full -f json -- "${py[@]}" -c pass >"$work/out" 2>"$work/err"
kept=$(sed -n 's/.*the profile went to \(.*\); print.*/\1/p' "$work/err")
if [ -n "$kept" ] && "$bpfprof" report "$kept" | grep -q 'function calls'; then
	pass "full output: the profile is kept elsewhere"
else
	fail "full output: the profile is kept elsewhere" "it is lost"
fi
rm -f "$kept"
