#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Killed at one moment after another: files open, then connected, then counting.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

killed() {
	local name="$version $backend" files me deadline open
	selfcheck
	for files in 4 8 14 20 26 28 30 99; do
		"${prof[@]}" --backend="$backend" -p "$pid" >"$work/out" 2>"$work/err" &
		me=$!
		deadline=$((SECONDS + 1))
		until [ $SECONDS -gt $deadline ]; do
			open=("/proc/$me/fd"/*)
			[ ${#open[@]} -lt $files ] || break
		done
		kill -9 "$me" 2>/dev/null
		wait "$me" 2>/dev/null
	done
	slot_is "$name: the slot is soon as before" "$(own)"
	is_well "$name: the target is well"
	attached "$name: attach" '\(fib\)' --bias off --backend="$backend" -d 0.3
	as_before "$name: the next one leaves code and tables as before"
	stop
}

each_version killed
