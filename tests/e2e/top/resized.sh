#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A storm of sizes and of the signal that tells of them: it goes on, and leaves the terminal whole.
# shellcheck source=tests/e2e/top/common.sh
. "$(dirname "$0")/common.sh"

begun
keys Enter
shows "a function is looked at" 'callers and callees'
for n in {1..40}; do
	"${tmux[@]}" resize-window -x $((10 + n * 37 % 190)) -y $((2 + n * 13 % 50))
	kill -WINCH "$me"
done
for _ in {1..300}; do
	kill -WINCH "$me"
done
"${tmux[@]}" resize-window -x 20 -y 4
shows "too small, it says so" 'a larger terminal'
"${tmux[@]}" resize-window -x 132 -y 40
shows "large again, all of it is there" '^bpfprof top  '"$pid"' .* inline, Python'
shows "and what was looked at" 'callers and callees by wall time, last .* since the start$'
shows "to its foot" 'space pause  w save$'
keys '?'
shows "the help" 'ctrl-Z'
"${tmux[@]}" resize-window -x 120 -y 50
shows "which another size does not leave" '^own% '
shows "but lays out anew" '^q leaves this'
keys q
shows "q leaves it, and it goes on" 'callers and callees by wall time'
keys Escape Tab
shows "keys are read" 'threads by wall time'
keys q
for n in {1..20}; do
	"${tmux[@]}" resize-window -x $((60 + n)) -y 20
done
shows "and at its end" 'ended: 0'
whole "the terminal is whole after the storm"
