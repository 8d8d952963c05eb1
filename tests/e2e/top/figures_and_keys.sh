#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Exact counts of a live process, and what the keys do.
# shellcheck source=tests/e2e/top/common.sh
. "$(dirname "$0")/common.sh"

on_screen 100 30 env EDITOR=echo "$bpfprof" top -i 0.2 -p "$pid"
shows "the head" "^bpfprof top  $pid .*shop.py.* inline, Python 3"
shows "functions with their rates" '^ +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9]+ .* tick .*shop.py:5'
touch "$work/go"
shows "calls are counted exactly" '^ +[0-9.k]+ +[0-9.]+ +[0-9.]+ +12345 .* leaf .*shop.py:2'
keys / leaf Enter
keys Enter
shows "callers in place" '^ +[0-9.k]+ +[0-9.]+ +[0-9.]+ +12345 .* < work .*shop.py:3'
keys Escape Escape / work Enter t
shows "all below it" 'callers and pairs below'
shows "in place" '^ +[0-9.k]+ +[0-9.]+ +[0-9.]+ +12345 .* > leaf .*shop.py:2'
keys t Escape Escape / leaf Enter Enter
keys o
shows "the source goes to the editor, and back" '[0-9]+ callers and callees'
"${tmux[@]}" resize-window -x 160 -y 40
shows "it takes a new size" "shop.py $work/go +inline, Python"
keys Escape
keys f leaf Enter
shows "a filter" '1 functions by wall time, .*filter "leaf"'
keys c c c
shows "another clock" 'by blocked time'
keys w "$work/live.json" Enter
shows "a report is written" "Written: $work/live.json"
if "$bpfprof" report -n leaf "$work/live.json" | grep -Eq '^ +12345 .*\(leaf\)'; then
	pass "and has what was counted"
else
	fail "and has what was counted" "it has not"
fi
for ending in txt html prof; do
	keys w "$work/live.$ending" Enter
	shows "so is a .$ending" "Written: $work/live.$ending"
done
keys w "$work/no/such" Enter
shows "or it says why not" 'no/such: No such file'
keys '?'
shows "help" 'open the source in .EDITOR'
keys x q
shows "q ends it" 'ended: 0'
whole "the terminal is whole after q"
