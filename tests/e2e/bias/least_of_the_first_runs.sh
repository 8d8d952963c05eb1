#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The first runs measure, later ones take the least of what these found.
# shellcheck source=tests/e2e/bias/common.sh
. "$(dirname "$0")/common.sh"

python_use 3.11
export BPFPROF_STATE=$work/seen
for want in measured measured measured seen; do
	"$bpfprof" -q -o "$work/p.json" -- "${PYTHON[@]}" "$work/calls.py" >"$work/out" 2>"$work/err"
	if why=$(/usr/bin/python3 "$work/check.py" "$work/p.json" 0 $want 2>&1); then
		pass "constants: $want"
	else
		fail "constants: $want" "$(tail -1 <<<"$why")"
	fi
done
if [ "$(wc -l <"$work/seen/constants")" = 1 ]; then
	pass "constants: a line for each interpreter"
else
	fail "constants: a line for each interpreter" "$(cat "$work/seen/constants")"
fi
