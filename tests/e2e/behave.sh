#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Launch, attach, exit statuses, signals, bad input. behave.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" behave "$1"
python_use 3.9

prof=("$bpfprof" -q --usdt)
py=("${PYTHON[@]}")

# --- how programs end
expect "normal end" 0 "${prof[@]}" -- "${py[@]}" -c pass
expect "sys.exit(3)" 3 "${prof[@]}" -- "${py[@]}" -c 'import sys; sys.exit(3)'
expect "exception" 1 "${prof[@]}" -- "${py[@]}" -c '1/0'
expect "os._exit(4)" 4 "${prof[@]}" -- "${py[@]}" -c 'import os; os._exit(4)'
for sig in TERM KILL INT; do
	expect "SIG$sig" $((128 + $(kill -l $sig))) "${prof[@]}" -- "${py[@]}" -c \
		"import os, signal; signal.signal(2, signal.SIG_DFL); os.kill(os.getpid(), signal.SIG$sig)"
done
expect "atexit is seen" 0 "${prof[@]}" -- "${py[@]}" -c \
	$'import atexit\ndef last(): pass\natexit.register(last)'
has "atexit handler counted" '\(last\)'
has "site is seen" 'site.py:.*\(main\)'

# --- how programs start
cat >"$work/script" <<EOF
#!${PYTHON[-1]}
import sys
print("arguments", sys.argv[1:])
EOF
chmod +x "$work/script"
shebang=(env "${py[@]:1:2}" "$work/script" -n 5)
expect "#! script" 0 "${prof[@]}" -- "${shebang[@]}"
has "options after -- are the program's" "arguments \['-n', '5'\]"
expect "shell that execs" 0 "${prof[@]}" -- sh -c 'exec "$0" "$@"' "${py[@]}" -c pass
expect "-m" 0 "${prof[@]}" -- "${py[@]}" -m this
expect "stdin passes" 0 "${prof[@]}" -- "${py[@]}" -c 'print(input())' < <(echo through)
has "stdin passed" '^through$'
python_use 3.15
expect "chroot" 0 "${prof[@]}" -- "${PYTHON[@]}" -c pass
expect "3.15 -X option" 0 "${prof[@]}" -- "${PYTHON[@]}" -X dev -c pass

# --- attach
attach() {
	local name=$1 fifo=$work/fifo pid
	shift
	rm -f "$fifo"
	mkfifo "$fifo"
	"$@" -u -c '
import threading
def leaf(): pass
def work():
    while True:
        for _ in range(100): leaf()
threading.Thread(target=work, daemon=True).start()
print("ready", flush=True)
work()' >"$fifo" &
	pid=$!
	started+=("$pid")
	read -r _ <"$fifo"
	"$bpfprof" --usdt -p "$pid" -d 0.5 >"$work/out" 2>"$work/err"
	if ! grep -q '(leaf)' "$work/out"; then
		fail "attach $name" "leaf is not in the table"
	elif grep -q Lost: "$work/out"; then
		fail "attach $name" "losses"
	elif ! kill -0 "$pid"; then
		fail "attach $name" "the target died"
	else
		pass "attach $name"
	fi
	killed_json=$work/a.json
	: >"$work/err"
	"$bpfprof" --usdt -p "$pid" -o "$killed_json" 2>"$work/err" &
	local me=$!
	soon grep -q 'profiling process' "$work/err"
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	if wait "$me" && [ -s "$killed_json" ]; then
		pass "target killed while attached, $name"
	else
		fail "target killed while attached, $name" "no profile"
	fi
}
attach 3.15 "${PYTHON[@]}"
python_use 3.9
attach 3.9 "${PYTHON[@]}"

# --- bad input
refuse "no such PID" 1 'no such process' "$bpfprof" -p 999999999
refuse "not a Python" 1 'bash, which is no Python' "$bpfprof" -p $$
refuse "no such command" 1 'No such file' "$bpfprof" -- "$work/nowhere"
refuse "never Python" 1 'without ever becoming' "$bpfprof" -- true
refuse "3.11 fires returns only" 1 '3.11.*return' "$bpfprof" --usdt -- /usr/bin/python3 -c pass
python_use 3.13
refuse "3.13 has no probes" 1 '3.12 to 3.14' "$bpfprof" --usdt -- "${PYTHON[@]}" -c pass
refuse "unwritable output" 1 'cannot write' "$bpfprof" -o "$work/no/dir.json" -- true
refuse "unknown sort key" 2 'sort key' "$bpfprof" -s bogus -- true
refuse "unknown format" 2 'format' "$bpfprof" -f bogus -- true
refuse "unknown backend" 2 'backend' "$bpfprof" --backend=bogus -- true
refuse "unknown option" 2 'no such option' "$bpfprof" --bogus
refuse "nothing to do" 2 'give' "$bpfprof" -q
refuse "both" 2 'either' "$bpfprof" -p 1 -- true
refuse "not a number" 2 'number' "$bpfprof" -p x
refuse "no rights" 1 'root' setpriv --reuid 65534 --clear-groups "$bpfprof" -- true

"${prof[@]}" -o /dev/full -f json -- "${py[@]}" -c pass >"$work/out" 2>"$work/err"
kept=$(sed -n 's/.*the profile went to \(.*\); print.*/\1/p' "$work/err")
if [ -n "$kept" ] && "$bpfprof" report "$kept" | grep -q 'function calls'; then
	pass "full output: the profile is kept elsewhere"
else
	fail "full output: the profile is kept elsewhere" "it is lost"
fi
rm -f "$kept"

# --- reports of a live run
"${prof[@]}" -o "$work/x.prof" -- "${py[@]}" -c 'import json' 2>"$work/err"
for v in 3.9 3.13 3.14 3.15; do
	python_use $v
	[ "$PYDIR" = "$tests_dir" ] || cp "$work/x.prof" "$cache/forky$PYDIR/x.prof"
	dir=$work
	[ "$PYDIR" = "$tests_dir" ] || dir=$PYDIR
	if "${PYTHON[@]}" -c "
import pstats
s = pstats.Stats('$dir/x.prof')
s.print_callers(1)
s.print_callees(1)
assert s.total_calls > 100" >"$work/out" 2>"$work/err"; then
		pass "pstats of $v loads .prof"
	else
		fail "pstats of $v loads .prof" "it does not"
	fi
done
