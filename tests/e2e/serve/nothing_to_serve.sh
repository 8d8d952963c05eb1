#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Where it serves is not said before it can be.
# shellcheck source=tests/e2e/serve/common.sh
. "$(dirname "$0")/common.sh"

"$bpfprof" serve -p 99999999 --listen 127.0.0.1:0 >"$work/out" 2>"$work/err"
if [ $? = 1 ] && [ "$(wc -l <"$work/err")" = 1 ] && ! grep -q 'serving' "$work/err"; then
	pass "no process: does not say that it serves"
else
	fail "no process: does not say that it serves" "$(cat "$work/err")"
fi
