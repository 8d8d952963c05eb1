#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# "dump": the stacks of live processes, hot and blocked, against what they say of themselves.
# dump.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" dump "$1"
here=$(realpath "$(dirname "$0")")

# start_said COMMAND...: as start, with the line that it says in $work/line
start_said() {
	: >"$work/line"
	"$@" </dev/null >"$work/line" 2>"$work/said" &
	pid=$!
	started+=("$pid")
	soon grep -q . "$work/line"
}

# dumped NAME PATTERN OPTION...: a dump of $pid ends well and has PATTERN
dumped() {
	local name=$1 pattern=$2
	shift 2
	if ! "$bpfprof" dump -p "$pid" "$@" >"$work/out" 2>"$work/err" </dev/null; then
		fail "$name" "status is not 0"
	elif ! grep -Eq "$pattern" "$work/out"; then
		fail "$name" "no $pattern"
	else
		pass "$name"
	fi
}

shows() {
	"$bpfprof" dump -p "$pid" | grep -Eq "$1"
}

# --- every interpreter: the interpreter's own words for the same stacks
for version in ${ROWS:-$(pythons_all)}; do
	name="$version: stacks, lines and names are the interpreter's own"
	python_use "$version"
	start_said "${PYTHON[@]}" "$PYDIR/targets/stacks.py"
	for _ in 1 2 3; do
		"$bpfprof" dump -f json -p "$pid" >"$work/json" 2>"$work/err" || break
		python3 "$here/stacks.py" "$work/line" "$work/json" >>"$work/err" 2>&1
	done
	if [ -s "$work/err" ]; then
		fail "$name" "they are not"
	else
		pass "$name"
	fi
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
done

# --- what else can be found in a process
cat >"$work/odd.py" <<'E2'
import ctypes, os, sys, threading, time
libc = ctypes.CDLL(None)
libc.pthread_create.argtypes = [ctypes.c_void_p] * 4
libc.pthread_create(ctypes.byref(ctypes.c_ulong()), None,
                    ctypes.cast(libc.pause, ctypes.c_void_p), None)

def named(n): time.sleep(1000)
code = compile("def f():\n time.sleep(1000)\nf()", "\x1b]0;owned\x07.py", "exec")
threading.Thread(target=exec, args=(code, {"time": time}), daemon=True, name="a\nb").start()
os.write(1, b"ready\n")
def hot(n):
    return hot(n - 1) if n else n
while True: hot(5)
E2
python_use 3.11
start_said "${PYTHON[@]}" "$work/odd.py"
soon shows clock_nanosleep
dumped "a thread that runs no Python" '^Thread [0-9]+ "python3", blocked in pause, runs no Python$'
dumped "names are escaped" '^Thread [0-9]+ "a\\x0ab", blocked in clock_nanosleep:$'
dumped "file names are escaped" '^  \\x1b\]0;owned\\x07\.py:2  f$'
if soon shows "^  $work/odd.py:[0-9]+  hot$"; then
	pass "the hot thread"
else
	fail "the hot thread" "it is not seen there"
fi
dumped "it holds the GIL" '^Thread [0-9]+ "MainThread", (running|in .*), holds the GIL:$'
dumped "-v says for how long it stood" . -v
if grep -Eq "^bpfprof: process $pid stood still for [0-9.]+ ms$" "$work/err"; then
	pass "-v says so"
else
	fail "-v says so" "it does not"
fi
if "$bpfprof" dump -p "$pid" >/dev/full 2>"$work/err"; then
	fail "a full disk" "status 0"
else
	pass "a full disk"
fi
refuse "no process given" 2 'give -p PID' "$bpfprof" dump
refuse "an unknown format" 2 'text or json' "$bpfprof" dump -f xml -p "$pid"
refuse "an argument" 2 'takes no argument' "$bpfprof" dump -p "$pid" more
refuse "no such process" 1 'no such process' "$bpfprof" dump -p 4194303
sleep 1000 &
started+=($!)
asleep=$!
python3 -c 'import os, time
if os.fork(): time.sleep(1000)' &
started+=($!)
soon pgrep -P $! -r Z >"$work/zombie"
refuse "a zombie" 1 'it has ended' "$bpfprof" dump -p "$(cat "$work/zombie")"
target=$pid
for thread in "/proc/$pid/task"/*; do
	pid=${thread##*/}
done
dumped "by the number of a thread" '  <module>$'
pid=$target
refuse "not Python" 1 'runs no Python' "$bpfprof" dump -p "$asleep"
refuse "of another user" 1 "more rights than yours; run bpfprof as root" \
	setpriv --reuid=65534 --regid=65534 --clear-groups "$bpfprof" dump -p "$pid"

# --- another tracer; its stop must not be ours to end
gcc -O1 -o "$work/sandbox" "$here/sandbox.c"
target=$pid
mkfifo "$work/hold"
exec 9<>"$work/hold"
start "$work/sandbox" trace "$target" <"$work/hold"
refuse "another tracer" 1 'another tracer' "$bpfprof" dump -p "$target"
stop
exec 9>&-
pid=$target
dumped "after another tracer" '  <module>$'
kill -9 "$pid"
wait "$pid" 2>/dev/null

# --- in a pid namespace of its own, where the numbers that Python keeps are others
start_said unshare --pid --fork --kill-child "${PYTHON[@]}" "$PYDIR/targets/stacks.py"
outer=$pid
pid=$(pgrep -P "$outer")
"$bpfprof" dump -f json -p "$pid" >"$work/json" 2>"$work/err"
python3 "$here/stacks.py" "$work/line" "$work/json" >>"$work/err" 2>&1
if [ -s "$work/err" ]; then
	fail "in a pid namespace" "the stacks differ"
else
	pass "in a pid namespace"
fi
kill -9 "$outer"
wait "$outer" 2>/dev/null

# --- the same names in profiles
cat >"$work/names.py" <<'E2'
import sys, threading
def f(): pass
def work():
    while True:
        for _ in range(1000): f()
for name in "größe", "a name of more than 15 bytes", 'quotes " and \x1b':
    threading.Thread(target=work, daemon=True, name=name).start()
print("ready", flush=True)
threading.Event().wait()
E2
for how in plain inner; do
	python_use 3.11
	case $how in
	plain) start_said "${PYTHON[@]}" "$work/names.py" ;;
	inner)
		start_said unshare --pid --fork --kill-child "${PYTHON[@]}" "$work/names.py"
		outer=$pid
		pid=$(pgrep -P "$outer")
		;;
	esac
	"$bpfprof" -q -p "$pid" -d 0.4 -f json -o "$work/names.json" 2>"$work/err"
	names=$(python3 -c 'import json, sys
print(sorted(t["name"] for t in json.load(open(sys.argv[1]))["threads"]))' "$work/names.json")
	if [ "$names" = "['MainThread', 'a name of more than 15 bytes', 'größe', 'quotes \" and \\x1b']" ]; then
		pass "names of threads in a profile: $how"
	else
		fail "names of threads in a profile: $how" "$names"
	fi
	[ $how = plain ] || pid=$outer
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
done

# --- many and deep
cat >"$work/many.py" <<'E2'
import sys, threading, time
count, depth = map(int, sys.argv[1:])
threading.stack_size(128 * 1024)
gate = threading.Barrier(count + 1)
sys.setrecursionlimit(depth + 1000)
def deep(n):
    if n:
        return deep(n - 1)
    gate.wait()
    time.sleep(1000)
for _ in range(count):
    threading.Thread(target=deep, args=(depth,), daemon=True).start()
gate.wait()
print("ready", flush=True)
time.sleep(1000)
E2
start_said "${PYTHON[@]}" "$work/many.py" 3000 3
dumped "3000 threads" '^Thread'
counts="$(grep -c '^Thread' "$work/out") and $(grep -c '  deep$' "$work/out")"
[ "$counts" = "3001 and 12000" ] || fail "3000 threads and their frames" "$counts"
kill -9 "$pid"
wait "$pid" 2>/dev/null
start_said "${PYTHON[@]}" "$work/many.py" 1 120000
dumped "a stack that is too deep is cut, and says so" '^  \.\.\. more than are read$'
[ "$(grep -c '  deep$' "$work/out")" = 100000 ] || fail "a deep stack" "frames are missing"
kill -9 "$pid"
wait "$pid" 2>/dev/null

# --- a target that dies, forks, or becomes another program while it is looked at
bad=''
for i in 1 2 3 4 5 6 7 8 9 10; do
	start_said "${PYTHON[@]}" "$work/many.py" 300 30
	"$bpfprof" dump -p "$pid" >"$work/out" 2>"$work/err" &
	me=$!
	timeout 0.0$((i * 3)) tail -f /dev/null
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	wait $me
	case $?:$(wc -l <"$work/err"):$(cat "$work/err") in
	0:0:* | 1:1:* | 0:1:*"threads are missing: "*) ;;
	*) bad="$bad $i" ;;
	esac
done
if [ -z "$bad" ]; then
	pass "a target that dies meanwhile"
else
	fail "a target that dies meanwhile" "$bad"
fi
cat >"$work/exec.py" <<'E2'
import os, sys
print("ready", flush=True)
os.execv(sys.executable, [sys.executable] + sys.argv)
E2
start_said "${PYTHON[@]}" "$work/exec.py"
bad=''
for i in {1..20}; do
	"$bpfprof" dump -p "$pid" >"$work/out" 2>"$work/err"
	case $?:$(wc -l <"$work/err"):$(cat "$work/err") in
	0:0:* | 1:1:* | 0:1:*"threads are missing: "*) ;;
	*) bad="$bad $i" ;;
	esac
done
if [ -z "$bad" ] && kill -0 "$pid"; then
	pass "a target that becomes another program again and again"
else
	fail "a target that becomes another program again and again" "$bad"
fi
