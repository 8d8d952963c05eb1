#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# In and out so often ($TIMES): the target is well, and nothing leaks.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

cycles=$(dirname "$bpfprof")/tests/e2e/cycles
times=${TIMES:-500}

# By the slot the stub stays, one of each kind that there was; by the table until no thread may be in it, which it hardly
# ever is. The JIT maps pages of its own in between.
leaks_nothing() {
	if [ "$(grep -c /memfd:bpfprof "/proc/$pid/maps")" -le 2 ] &&
		[ "$(wc -l <"/proc/$pid/maps")" -le $((mapped + times / 4)) ] &&
		[ "$(find "/proc/$pid/fd" -mindepth 1 | wc -l)" = "$files" ]; then
		pass "$1"
	else
		fail "$1" "$mapped mappings before, now $(wc -l <"/proc/$pid/maps")"
	fi
}

many_times() {
	local name="$version $backend $times times" shared=() files mapped
	[ "$backend" = eval ] || shared=(shared)
	selfcheck
	files=$(find "/proc/$pid/fd" -mindepth 1 | wc -l)
	mapped=$(wc -l <"/proc/$pid/maps")
	if "$cycles" "$pid" "$times" "${shared[@]}" >"$work/out" 2>&1; then
		pass "$name"
	else
		fail "$name" "$(cat "$work/out")"
	fi
	is_well "$name: the target is well"
	as_before "$name: code and tables are as before"
	leaks_nothing "$name: nothing leaks"
	stop
}

each_version many_times
