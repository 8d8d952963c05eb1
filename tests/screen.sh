# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Sourced after expect.sh by tests that look at a terminal: a tmux of their own is one.

tmux=(tmux -f /dev/null -S "$work/tmux")
trap '[ "$BASHPID" != $$ ] || "${tmux[@]}" kill-server 2>/dev/null; clean_up' EXIT

# on_screen COLUMNS ROWS COMMAND...: runs the command on a terminal of that size, in UTF-8, which
# says "ended: STATUS" when it is over and stays
on_screen() {
	local columns=$1 rows=$2
	shift 2
	"${tmux[@]}" kill-session 2>/dev/null
	tmux=(tmux -f /dev/null -S "$work/tmux.$((++screens))") # the one before may still be ending
	printf '%q ' "$@" >"$work/command"
	LC_ALL=C.UTF-8 "${tmux[@]}" -u new-session -d -x "$columns" -y "$rows" \
		"TERM=screen LC_ALL=C.UTF-8 bash --norc -c '. $work/command; echo ended: \$?; sleep 600'"
	tty=$("${tmux[@]}" display-message -p '#{pane_tty}')
}
screens=0

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

# whole NAME: the terminal is an ordinary one
whole() {
	if stty -F "$tty" -a | grep -q ' icanon' && stty -F "$tty" -a | grep -q ' echo ' &&
		[ "$("${tmux[@]}" display-message -p '#{alternate_on}#{cursor_flag}')" = 01 ]; then
		pass "$1"
	else
		fail "$1" "it is not: $(stty -F "$tty" -a | tail -3 | xargs)"
	fi
}
