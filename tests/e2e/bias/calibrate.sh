#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# calibrate says and stores what an event costs; what was stored is used, if it can be true.
# shellcheck source=tests/e2e/bias/common.sh
. "$(dirname "$0")/common.sh"

export BPFPROF_STATE=$work/state
python_use 3.11
"$bpfprof" calibrate -q -n 2 -m 5000 "${PYTHON[@]}" >"$work/out" 2>"$work/err"
has "calibrate: by the event" '^mean stopwatch overhead per profile event = [0-9.e-]+$'
has "calibrate: stored" "^stored in $work/state/constants$"
if [ "$(grep -c '^  plain ' "$work/out")" = 2 ]; then
	pass "calibrate: as often as asked"
else
	fail "calibrate: as often as asked" "not twice"
fi
"$bpfprof" -q -o "$work/p.json" -- "${PYTHON[@]}" "$work/calls.py" >/dev/null
if /usr/bin/python3 "$work/check.py" "$work/p.json" 0 stored 2>"$work/err"; then
	pass "what was stored is used"
else
	fail "what was stored is used" "$(tail -1 "$work/err")"
fi
for figure in nan inf -1e300 1e10 -1500; do
	awk -v x="$figure" '{ $4 = x; print }' "$work/state/constants" >"$work/changed"
	cp "$work/changed" "$work/state/constants"
	"$bpfprof" -q -o "$work/p.json" -- "${PYTHON[@]}" "$work/calls.py" >/dev/null 2>"$work/err"
	if why=$(/usr/bin/python3 "$work/check.py" "$work/p.json" 0 measured 2>&1); then
		pass "stored $figure is no constant"
	else
		fail "stored $figure is no constant" "$(tail -1 <<<"$why")"
	fi
done
refuse "calibrate: no python" 1 'ever becoming a Python' "$bpfprof" calibrate true
BPFPROF_STATE=/proc "$bpfprof" calibrate -q -n 1 "${PYTHON[@]}" >"$work/out" 2>"$work/err"
if [ $? = 1 ] && grep -q '^bpfprof: cannot store the constants in /proc' "$work/err"; then
	pass "calibrate: nowhere to store"
else
	fail "calibrate: nowhere to store" "it does not say so"
fi
