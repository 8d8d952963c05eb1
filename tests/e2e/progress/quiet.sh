#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# With -q there is no such line.
# shellcheck source=tests/e2e/progress/common.sh
. "$(dirname "$0")/common.sh"

on_screen 100 30 "$bpfprof" -q -p "$pid" -d 1
shows "-q: the table" 'ended: 0'
if "${tmux[@]}" capture-pane -p -S - | grep -q 'bpfprof:'; then
	fail "-q: nothing else" "it says something"
else
	pass "-q: nothing else"
fi
