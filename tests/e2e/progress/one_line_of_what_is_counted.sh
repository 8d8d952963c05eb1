#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# One line on a terminal says what goes on; it is gone when the table comes.
# shellcheck source=tests/e2e/progress/common.sh
. "$(dirname "$0")/common.sh"

stop
spawning
on_screen 100 30 "$bpfprof" -p "$pid"
shows "before it, what goes on is said" 'bpfprof: entering the process'
: >"$work/gate"
shows "that it counts" 'bpfprof: [0-9.]+ s, [0-9]+ calls, [0-9]+ calls/s, nothing lost$'
ask join
shows "what was counted" 'bpfprof: [0-9.]+ s, [1-9][0-9]* calls, [0-9]+ calls/s, nothing lost$'
keys C-c
shows "the table is there at the end" 'ended: 0'
if grep -q '(leaf)' "$work/out" && ! grep -q 'nothing lost' "$work/out"; then
	pass "and the line is gone"
else
	fail "and the line is gone" "it is not"
fi

on_screen 100 30 "$bpfprof" -p "$pid"
shows "and counts again" ' calls/s, nothing lost$'
keys C-c
shows "ended by Ctrl-C" 'ended: 0'
"${tmux[@]}" capture-pane -p -S - >"$work/all"
if ! grep -F '^C' "$work/all"; then
	pass "what Ctrl-C has put there is gone too"
else
	fail "what Ctrl-C has put there is gone too" "$(grep -F '^C' "$work/all")"
fi
