#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What cannot be profiled is refused in one line that fits the case; an empty profile says why it is
# one. refusals.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" refusals "$1"
python_use 3.11

# --- numbers that are no process to be profiled
refuse "no such process" 1 'no such process; check the number' "$bpfprof" -p 999999999
refuse "the kernel's" 1 'a thread of the kernel; give a Python' "$bpfprof" -p 2
refuse "another program" 1 'runs /.*bash, which is no Python .* give the process that is' "$bpfprof" -p $$
refuse "probes of another program" 1 'runs /.*bash, which is no Python' "$bpfprof" probes -p $$
start "${PYTHON[@]}" -c 'import threading, signal
t = threading.Thread(target=threading.Event().wait, daemon=True)
t.start()
print(t.native_id, flush=True)
t.join()'
tid=$(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 -printf '%f\n' | grep -vx "$pid")
refuse "a thread" 1 "a thread of process $pid; give -p $pid" "$bpfprof" -p "$tid"
stop
start /usr/bin/python3 -c 'import os, signal
if not os.fork(): os._exit(0)
os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
print(flush=True)
signal.pause()'
refuse "a zombie" 1 'it has ended, and waits for its parent' "$bpfprof" -p "$(pgrep -P "$pid")"
stop
refuse "missing rights" 1 'run it as root' setpriv --reuid 65534 --clear-groups "$bpfprof" -p $$
if setpriv --reuid 65534 --clear-groups "$bpfprof" doctor | grep -q 'use a kernel'; then
	fail "missing rights are no missing kernel" "doctor advises another kernel"
else
	pass "missing rights are no missing kernel"
fi

# --- a process that cannot be entered
cat >"$work/tracer.py" <<'EOF2'
import ctypes, os, signal, sys
libc, pid = ctypes.CDLL(None, use_errno=True), int(sys.argv[1])
assert libc.ptrace(0x4206, pid, 0, 0) == 0  # PTRACE_SEIZE
print("ready", flush=True)
while True:
    status = os.waitpid(pid, 0x40000000)[1]
    if os.WIFSTOPPED(status):
        libc.ptrace(7, pid, 0, os.WSTOPSIG(status) if status >> 16 == 0 else 0)  # PTRACE_CONT
EOF2
start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
target=$pid
exec 8<&-
start /usr/bin/python3 "$work/tracer.py" "$target"
refuse "traced by another" 1 "another tracer" "$bpfprof" -q -p "$target" -d 0.3
refuse "traced by another, by name" 1 "another tracer" "$bpfprof" -q --backend=eval -p "$target" -d 0.3
stop
pid=$target
attached "and profiled once that has gone" '\(fib\)' -q -d 0.3
"$bpfprof" -p "$target" -d 30 >/dev/null 2>"$work/first" &
first=$!
started+=("$first")
soon grep -q 'profiling process' "$work/first"
"$bpfprof" -q -p "$target" -d 0.3 >"$work/out" 2>"$work/err"
status=$?
if { [ $status = 1 ] && [ ! -s "$work/out" ] && [ "$(wc -l <"$work/err")" = 1 ]; } ||
	{ [ $status = 0 ] && grep -q '(fib)' "$work/out"; }; then
	pass "a second bpfprof counts or refuses"
else
	fail "a second bpfprof counts or refuses" "status $status"
fi
kill -TERM $first
wait $first
pid=$target stop

# --- profiles of nothing
start "${PYTHON[@]}" -c 'import signal; print(flush=True); signal.pause()'
attached "nothing called: it slept" 'Note: nothing was called: the process slept' -q -d 0.2
kill -STOP "$pid"
attached "nothing called: it is stopped" 'Note: nothing was called: .* stopped; .* kill -CONT' -q -d 0.2
kill -CONT "$pid"
stop
start "${PYTHON[@]}" -c $'print(flush=True)\nwhile True: pass'
attached "nothing called: what runs had begun before" 'Note: nothing was called: .* had begun before' -q -d 0.2
stop

# --- what is missing from a profile is noted
start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
attached "--track that matches nothing" 'Note: --track 3: no function nix of a file no.py was called' \
	-q -d 0.3 --track 3:DB=no.py:nix,selfcheck.py:fib
if grep -q 'no function fib' "$work/out"; then
	fail "--track that matches says nothing" "it does"
else
	pass "--track that matches says nothing"
fi
stop
"$bpfprof" -q -- "${PYTHON[@]}" -c 'import os, subprocess
if not os.fork(): os._exit(0)
os.wait()
subprocess.run(["true"])
subprocess.run(["true"])' >"$work/out" 2>"$work/err"
has "children" 'Note: 3 child processes were not followed'
"$bpfprof" -q -- "${PYTHON[@]}" -c 'import threading
t = threading.Thread(target=int); t.start(); t.join()' >"$work/out" 2>"$work/err"
if grep -q child "$work/out"; then
	fail "threads are no children" "they are"
else
	pass "threads are no children"
fi

# --- tables that do not fit are refused before any is made
with_memory() { # KIB COMMAND...
	printf 'MemTotal: 99999999 kB\nMemAvailable: %s kB\n' "$1" >"$work/meminfo"
	unshare --mount sh -c 'mount --bind "$0" /proc/meminfo && exec "$@"' "$work/meminfo" "${@:2}"
}
for limit in max-edges:8388608 max-functions:2097152; do
	refuse "--${limit%:*} above the free memory" 1 \
		'they take [0-9]+ MiB and 500 MiB are free; lower the --max options' with_memory 512000 \
		"$bpfprof" "--${limit%:*}=${limit#*:}" -- "${PYTHON[@]}" -c 'print("it ran")'
done
refuse "the default tables above the free memory" 1 'and 10 MiB are free' with_memory 10240 \
	"$bpfprof" -p $$
if with_memory 512000 "$bpfprof" -q --backend=inline -n 1 -- "${PYTHON[@]}" -c 'print("it ran")' \
	>"$work/out" 2>"$work/err" && grep -q '^it ran$' "$work/out"; then
	pass "tables that fit are made"
else
	fail "tables that fit are made" "$(head -1 "$work/err")"
fi
refuse "--max-edges has a bound" 2 'not a number from 1 to' "$bpfprof" --max-edges 200000000 -p $$

# --- a version that nothing is known of is not measured as nothing
/usr/bin/python3 "$(dirname "$0")/otherversion.py" /usr/bin/python3.11 "$work/python317" 0x031100f0
chmod +x "$work/python317"
refuse "unknown version, launched" 1 'does not know this version' "$bpfprof" -q -- "$work/python317" -c pass
start "$work/python317" -c 'import signal; print(flush=True); signal.pause()'
refuse "unknown version" 1 'does not know this version' "$bpfprof" -q -p "$pid" -d 0.2
attached "unknown version: its blocks, where they are asked for" 'nothing was called' \
	-q --backend=markers -d 0.2
stop

# --- a build that is not what it says is found out by its first call
/usr/bin/python3 "$(dirname "$0")/otherversion.py" /usr/bin/python3.11 "$work/python312" 0x030c01f0
chmod +x "$work/python312"
for backend in auto inline eval; do
	refuse "other layout, $backend" 1 'not laid out as those of CPython 3.12.1' \
		"$bpfprof" -q "--backend=$backend" -- "$work/python312" -c 'def f(): pass
f()'
done

# --- every backend
"$bpfprof" probes "${PYTHON[-1]}" >"$work/out"
for backend in inline eval usdt markers; do
	has "probes names $backend" "^  $backend +(yes|no): "
done
