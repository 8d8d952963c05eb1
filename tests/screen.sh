# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Sourced after expect.sh by tests that look at a terminal: a tmux of their own is one.

tmux=(tmux -L "bpfprof-$$" -f /dev/null)
trap '"${tmux[@]}" kill-server 2>/dev/null; [ ${#started[@]} = 0 ] || kill -9 "${started[@]}" 2>/dev/null; rm -rf "$work"' EXIT

# on_screen COLUMNS ROWS COMMAND...: runs the command on a terminal of that size, in UTF-8, which
# says "ended: STATUS" when it is over and stays
on_screen() {
	local columns=$1 rows=$2
	shift 2
	"${tmux[@]}" kill-server 2>/dev/null
	printf '%q ' "$@" >"$work/command"
	LC_ALL=C.UTF-8 "${tmux[@]}" -u new-session -d -x "$columns" -y "$rows" \
		"LC_ALL=C.UTF-8 bash -c '. $work/command; echo ended: \$?; sleep 600'"
}

# screen: what is on it now
screen() {
	"${tmux[@]}" capture-pane -p >"$work/out" 2>/dev/null
}

on_it() {
	screen && grep -Eq -- "$1" "$work/out"
}

# shows NAME PATTERN: the screen comes to have it
shows() {
	if soon on_it "$2"; then
		pass "$1"
	else
		fail "$1" "no $2"
	fi
}

# keys KEY...: types them, by tmux's names
keys() {
	"${tmux[@]}" send-keys "$@"
}
