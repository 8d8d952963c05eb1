#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What is left is within bounds, of a process that works in bursts and of one that does nothing.
# shellcheck source=tests/e2e/bias/common.sh
. "$(dirname "$0")/common.sh"

for row in usdt:3.9 eval:3.11 inline:3.11 inline:3.14; do
	for shape in bursty:1000 idle:0; do
		python_use "${row#*:}"
		placed daemon.py
		start "${PYTHON[@]}" "$script" "${shape#*:}"
		"$bpfprof" -q "--backend=${row%:*}" -o "$work/p.json" -p "$pid" -d 0.3 2>"$work/err"
		stop
		"$bpfprof" report "$work/p.json" >"$work/out" 2>>"$work/err"
		if ! /usr/bin/python3 "$work/holds.py" "$work/p.json" 2>>"$work/err"; then
			fail "$row, ${shape%:*}: within bounds" "$(tail -1 "$work/err")"
		elif grep -q -e ' -[0-9]' "$work/out"; then
			fail "$row, ${shape%:*}: within bounds" "$(grep -e ' -[0-9]' "$work/out")"
		else
			pass "$row, ${shape%:*}: within bounds"
		fi
	done
done
"$bpfprof" report "$work/p.json" >"$work/out" 2>"$work/err"
has "the table says what was taken off" '^   Times: .* s of profiling \([0-9]+ %\) (taken off|put back), ± [0-9.]+ s$'
"$bpfprof" report -b off "$work/p.json" >"$work/out" 2>"$work/err"
if grep -q ' s of profiling' "$work/out"; then
	fail "--bias=off" "something was taken off"
else
	pass "--bias=off"
fi
