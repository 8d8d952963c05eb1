#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Each report stands in the place of the one before, and the last one stays.
# shellcheck source=tests/e2e/progress/common.sh
. "$(dirname "$0")/common.sh"

on_screen 100 30 "$bpfprof" -p "$pid" -i 0.2
shows "readings have numbers" '^   Report [3-9]: after [0-9.]+ s, 20'
"${tmux[@]}" capture-pane -p -S - >"$work/all"
if [ "$(grep -c 'Report ' "$work/all")" = 1 ] && [ "$(grep -c '(leaf)' "$work/all")" = 1 ]; then
	pass "each stands in the place of the one before"
else
	fail "each stands in the place of the one before" "$(grep -c 'Report ' "$work/all") are there"
fi
keys C-c
shows "the last one stays" 'ended: 0'

on_screen 50 9 "$bpfprof" -q -p "$pid" -i 0.2
shows "on a low, narrow one too" '^   Report [3-9]: after [0-9.]+ s, 20'
"${tmux[@]}" capture-pane -p -S - >"$work/all"
if [ "$(grep -c 'Report ' "$work/all")" = 1 ]; then
	pass "none has gone up and away"
else
	fail "none has gone up and away" "$(grep -c 'Report ' "$work/all") are there"
fi
keys C-c
shows "the last one is whole" 'Times: '
