#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The live screen on a real terminal: exact counts of a live process, keys, and a terminal that is
# whole after every end. top.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" top "$1"
# shellcheck source=tests/screen.sh
. "$(dirname "$0")/../screen.sh"
python_use 3.11

# calls leaf 12345 times once it is told so, and tick all the time
cat >"$work/shop.py" <<'E2'
import os, sys, time
def leaf(): pass
def work():
    for _ in range(12345): leaf()
def tick(): time.sleep(.01)
def main():
    worked = False
    while True:
        tick()
        if not worked and os.access(sys.argv[1], os.R_OK):
            work()
            worked = True
print("ready", flush=True)
main()
E2
start "${PYTHON[@]}" "$work/shop.py" "$work/go"

refuse "no terminal" 1 'are not a terminal' "$bpfprof" top -p "$pid"
refuse "no process" 2 'give -p PID or -- COMMAND' "$bpfprof" top

# --- what is on it
on_screen 100 30 env EDITOR=echo "$bpfprof" top -i 0.2 -p "$pid"
shows "what it does before there are figures" 'measuring what profiling adds'
shows "the head" "^bpfprof top  $pid .*shop.py.* inline, Python 3"
shows "functions with their rates" '^ +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9]+ .* tick .*shop.py:5'
touch "$work/go"
shows "calls are counted exactly" '^ +[0-9.k]+ +[0-9.]+ +[0-9.]+ +12345 .* leaf .*shop.py:2'
keys / leaf Enter
keys Enter
shows "callers in place" '^ +[0-9.k]+ +[0-9.]+ +[0-9.]+ +12345 .* < work .*shop.py:3'
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
keys w "$work/no/such" Enter
shows "or it says why not" 'no/such: No such file'
keys '?'
shows "help" 'open the source in .EDITOR'
keys x q
shows "q ends it" 'ended: 0'
whole "the terminal is whole after q"

# --- every other end
begun() {
	on_screen 80 24 "$bpfprof" top -i 0.2 -p "$pid"
	soon on_it 'tick'
	me=$(pgrep -f "^$bpfprof top -i 0.2 -p $pid\$")
}

begun
keys C-c
shows "Ctrl-C ends it" 'ended: 0'
whole "the terminal is whole after Ctrl-C"
for row in TERM:0 SEGV:139 ABRT:134; do
	begun
	kill -"${row%:*}" "$me"
	shows "SIG${row%:*} ends it" "ended: ${row#*:}"
	whole "the terminal is whole after SIG${row%:*}"
done

on_screen 80 24 bash --norc
keys "$bpfprof top -i 0.2 -p $pid" Enter
shows "from a shell" 'tick'
keys C-z
shows "Ctrl-Z stops it" 'Stopped'
keys 'clear; stty -a' Enter
shows "the terminal is whole meanwhile" '^isig icanon iexten echo '
keys fg Enter
shows "fg goes on" 'by wall time'
keys q
soon on_it '^bash-'
keys 'clear; stty -a' Enter
shows "and afterwards" '^isig icanon iexten echo '

begun
stop
shows "the target's end is told" 'IT HAS ENDED'
keys q
shows "and the figures stay until q" 'ended: 0'

# --- a command
on_screen 80 24 "$bpfprof" top -- "${PYTHON[@]}" -c 'import sys, time
def twice(): time.sleep(1.5)
print("printed by the program")
twice(); twice()
sys.exit(7)'
shows "of a command" ' 2 .* twice'
shows "its end" 'IT HAS ENDED'
keys q
shows "its output comes afterwards, and its status" 'ended: 7'
if grep -q '^printed by the program' "$work/out"; then
	pass "all of it"
else
	fail "all of it" "it is lost"
fi
