#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# One line on a terminal says what goes on; it is gone when the table comes.
# shellcheck source=tests/e2e/progress/common.sh
. "$(dirname "$0")/common.sh"

# script keeps all that is drawn, however short; the line is drawn ten times a second, and to begin
# takes longer than that
on_screen 100 30 script -qefc "$bpfprof -p $pid" "$work/drawn"
shows "what was counted" 'bpfprof: [0-9.]+ s, [1-9][0-9]* calls, [0-9]+ calls/s, nothing lost$'
if grep -Eq 'bpfprof: (loading the BPF programs|entering the process|measuring)' "$work/drawn"; then
	pass "before it, what goes on is said"
else
	fail "before it, what goes on is said" "$(cat -v "$work/drawn")"
fi
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
