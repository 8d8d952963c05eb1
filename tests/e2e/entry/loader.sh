#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What stands in the dynamic loader while libraries with blocks may come is taken out with the rest, however the end
# of bpfprof falls in with that.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

as_it_was() {
	[ "$(digest)" = "$untouched" ]
}

python_use 3.11
start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
image=ld-linux-x86-64.so.2
untouched=$(digest)
for turn in {1..12}; do
	"${prof[@]}" -p "$pid" -d 0.05 -o "$work/p.json" 2>"$work/err" || break
	soon as_it_was || break
done
if [ "$turn" = 12 ] && as_it_was; then
	pass "the loader's code is as before, $turn times"
else
	fail "the loader's code is as before" "not at the turn $turn"
fi
is_well "the target is well"
