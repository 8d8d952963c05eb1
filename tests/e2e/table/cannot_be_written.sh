#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A table that cannot be written: the slot is taken instead, and that is said; or it is refused.
# shellcheck source=tests/e2e/table/common.sh
. "$(dirname "$0")/common.sh"

for version in 3.11 3.14; do
	meddles $version
	ask over
	ask spin
	untouched=$(digest)
	attached "$version a table that cannot be written: the slot" '\(f\)' --bias off -d 0.3 -v
	if grep -q 'by the evaluator slot, not by the table: its code and constants cannot be written' "$work/err"; then
		pass "$version a table that cannot be written: it is said"
	else
		fail "$version a table that cannot be written: it is said" "it is not"
	fi
	said=$(grep -c 'hot calls of a __getitem__ by obj\[i\] are missed' "$work/err")
	if [ "$version:$said" = 3.11:1 ] || [ "$version:$said" = 3.14:0 ]; then
		pass "$version a table that cannot be written: so is what is missed"
	else
		fail "$version a table that cannot be written: so is what is missed" "it is not"
	fi
	as_before "$version a table that cannot be written: nothing is changed"
	end
done
meddles 3.15-jit # has no other way
ask over
untouched=$(digest)
maps=$(grep -c . "/proc/$pid/maps")
refuse "3.15-jit a table that cannot be written" 1 'cannot be written' "$bpfprof" -q --bias off -p "$pid"
as_before "$version a table that cannot be written, and no slot: nothing is changed"
if [ "$(grep -c . "/proc/$pid/maps")" = "$maps" ]; then
	pass "3.15-jit a table that cannot be written, and no slot: nothing is mapped"
else
	fail "3.15-jit a table that cannot be written, and no slot: nothing is mapped" "$(grep bpfprof "/proc/$pid/maps")"
fi
end
