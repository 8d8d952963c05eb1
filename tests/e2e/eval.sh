#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Into an interpreter through its evaluator slot and out of it, with whatever stands in the way.
# eval.sh BPFPROF [BACKEND]; VERSIONS="3.11 3.14" runs those alone and nothing that is not for each version,
# TIMES=1000 goes in and out so often
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" "${2:-eval}" "$1"
# shellcheck source=tests/untouched.sh
. "$(dirname "$0")/../untouched.sh"
backend=${2:-eval}
here=$(cd "$(dirname "$0")" && pwd)
cycles=$(dirname "$bpfprof")/tests/e2e/cycles
times=${TIMES:-500} shared=()
[ "$backend" = eval ] || shared=(shared)
prof=("$bpfprof" -q --bias off) # but for one that has no option, counts alone matter

# slot_is NAME PATTERN: what the slot of $pid holds
slot_is() {
	case $version in *-jit | *t) return ;; esac # no slot is looked at there
	if soon slot_holds "$2"; then
		pass "$1"
	else
		"$bpfprof" probes -p "$pid" >"$work/out" 2>&1
		fail "$1" "the slot does not hold $2"
	fi
}

slot_holds() {
	"$bpfprof" probes -p "$pid" | grep -Eq "^slot: +$1"
}

# is_well NAME: $pid runs on and has found nothing wrong
is_well() {
	if kill -0 "$pid" 2>/dev/null && ! read -r -t 0.01 line <&8; then
		pass "$1"
	else
		fail "$1" "the target died, or says ${line-nothing}"
	fi
}

# While bpfprof is in, the digest is another: it can tell.
digest_tells() {
	: >"$work/err"
	local me
	counting --bias off --backend="$backend" -p "$pid"
	if [ "$(digest)" != "$untouched" ]; then
		pass "$version in: the table is not as before"
	else
		fail "$version in: the table is not as before" "it is"
	fi
	kill -INT "$me"
	wait "$me"
}

deep() {
	"${PYTHON[@]}" "$PYDIR/targets/deep.py" >"$work/alone" 2>/dev/null
	"${prof[@]}" --backend="$backend" -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/deep.py" \
		>"$work/out" 2>"$work/err"
	if cmp -s "$work/alone" "$work/out"; then
		pass "$version deep recursion goes as deep"
	else
		fail "$version deep recursion goes as deep" "it does not"
	fi
	# 17 times 500 and once 40,000 deep, each with its outermost call; and what began before the limit
	if python3 - "$work/p.json" "$work/out" <<'EOT'; then
import json, sys
p = json.load(open(sys.argv[1]))
began = int(open(sys.argv[2]).read().split()[-1])
calls = {f["name"]: f["ncalls"] for f in p["functions"] if f["file"].endswith("deep.py")}
sys.exit(p["losses"].keys() - {"unsplit"} != set() or
         (calls["deep"], calls["endless"]) != (17 * 501 + 40001, began))
EOT
		pass "$version deep recursion: every call is counted"
	else
		fail "$version deep recursion: every call is counted" "not so"
	fi
}

# Has a dispatch table, so that frames take no C stack; perf's trampolines do.
by_table() {
	case $version in 3.9 | *-3.[89].* | *-3.10.* | *-perf) false ;; esac
}

# One of each kind: exact.sh runs on all that there are.
versions=$(pythons_all | grep -E '^3.(9|1[1-5])(-shared)?$')
for version in ${VERSIONS:-$versions}; do
	python_use "$version"
	own="CPython's own"
	case $version in *-perf) own="another tool" ;; esac

	# --- as a user starts it, with no option
	expect "$version launch" 3 "$bpfprof" -q --backend="$backend" -- "${PYTHON[@]}" -c 'import sys
def f(): pass
f()
sys.exit(3)'
	has "$version launch: counted" '^ +1 .*\(f\)'
	has "$version launch: from the first function on" 'importlib._bootstrap'
	expect "$version no Python function at all" 0 "${prof[@]}" --backend="$backend" -- "${PYTHON[@]}" --version

	# --- limits of the stack (others run off it by themselves, unwatched as well)
	! by_table || deep

	# --- in and out of a process that works
	start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
	before=$(find "/proc/$pid/fd" -mindepth 1 | wc -l)
	mapped=$(wc -l <"/proc/$pid/maps")
	known
	untouched=$(digest)
	! by_table || digest_tells
	attached "$version attach" '\(fib\)' --bias off --backend="$backend" -d 0.3
	attached "$version attach again" '\(generate\)' --bias off --backend="$backend" -d 0.3
	slot_is "$version out: the slot is as before" "$own"
	as_before "$version out: code and tables are as before"
	is_well "$version out: the target is well"
	if "$cycles" "$pid" "$times" "${shared[@]}" >"$work/out" 2>&1; then
		pass "$version $times times"
	else
		fail "$version $times times" "$(cat "$work/out")"
	fi
	is_well "$version $times times: the target is well"
	as_before "$version $times times: code and tables are as before"
	# by the slot the stub stays, one of each kind that there was; by the table until no thread may be in it,
	# which it hardly ever is. The JIT maps pages of its own in between.
	if [ "$(grep -c /memfd:bpfprof "/proc/$pid/maps")" -le 2 ] &&
		[ "$(wc -l <"/proc/$pid/maps")" -le $((mapped + times / 4)) ] &&
		[ "$(find "/proc/$pid/fd" -mindepth 1 | wc -l)" = "$before" ]; then
		pass "$version $times times: nothing leaks"
	else
		fail "$version $times times: nothing leaks" "$mapped mappings before, now $(wc -l <"/proc/$pid/maps")"
	fi

	# --- killed at one moment after another: files open, then connected, then counting
	for files in 4 8 14 20 26 28 30 99; do
		"${prof[@]}" --backend="$backend" -p "$pid" >"$work/out" 2>"$work/err" &
		me=$!
		deadline=$((SECONDS + 1))
		until [ $SECONDS -gt $deadline ]; do
			open=("/proc/$me/fd"/*)
			[ ${#open[@]} -lt $files ] || break
		done
		kill -9 "$me" 2>/dev/null
		wait "$me" 2>/dev/null
	done
	slot_is "$version bpfprof killed: the slot is soon as before" "$own"
	is_well "$version bpfprof killed: the target is well"
	attached "$version bpfprof killed: attach" '\(fib\)' --bias off --backend="$backend" -d 0.3
	as_before "$version bpfprof killed: the next one leaves code and tables as before"
	stop
done
[ -z "${VERSIONS:-}" ] || exit 0

# --- with others in the process
python_use 3.11
py=("${PYTHON[@]}")
gcc -O1 -shared -fPIC "$here/evaluator.c" -o "$work/evaluator.so"
start "${py[@]}" -c "
import ctypes, sys
tool = ctypes.CDLL('$work/evaluator.so')
api = ctypes.pythonapi
api.PyInterpreterState_Main.restype = ctypes.c_void_p
api._PyInterpreterState_SetEvalFrameFunc.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
api._PyInterpreterState_SetEvalFrameFunc(api.PyInterpreterState_Main(), tool.counting)
counted = ctypes.c_long.in_dll(tool, 'counted')
def f(): pass
print('ready', flush=True)
while True:
    before = counted.value
    f()
    if counted.value <= before: print('WRONG', flush=True)"
slot_is "another evaluator is seen" "another tool"
attached "another evaluator: attach" '\(f\)' --bias off --backend="$backend" -d 0.3
slot_is "another evaluator is put back" "another tool"
is_well "another evaluator was called all the time"
stop

for row in 3.11:cProfile 3.11:sys.setprofile 3.11:sys.settrace 3.14:cProfile 3.14:sys.settrace \
	3.15:cProfile 3.15:sys.setprofile; do
	version=${row%:*} how=${row#*:}
	python_use "$version"
	case $how in
	cProfile) on='import cProfile; p = cProfile.Profile(); p.enable()' off='p.disable()
seen = sum(e.callcount for e in p.getstats() if "f" == getattr(e.code, "co_name", ""))' ;;
	*) on="import sys
seen = 0
def see(frame, event, arg):
    global seen
    seen += event == 'call' and frame.f_code.co_name == 'f'
$how(see)" off="$how(None)" ;;
	esac
	"${prof[@]}" --backend="$backend" -- "${PYTHON[@]}" -c "def f(): pass
$on
for _ in range(1000): f()
$off
print('seen', seen)" >"$work/out" 2>"$work/err"
	has "$version beside $how: it sees its calls" '^seen 1000'
	has "$version beside $how: ours are counted" '^ +1000 .*\(f\)'
done

# 3.11 tells a profile function of a throw() before all, and 3.12 and later write over what stands at the
# beginning of a line: generators that are thrown into are counted as without.
thrown() {
	"${prof[@]}" --backend="$backend" -n thrown.py -- "${PYTHON[@]}" -c "import runpy, sys
$1
runpy.run_path('$PYDIR/workloads/thrown.py', run_name='__main__')" 2>"$work/err" >"$work/out"
	sed -n 's/^ *\([0-9]*\) .*thrown.py:\(.*)\).*/\1 \2/p' "$work/out" | sort
}

# thrown_beside VERSION NAME CODE
thrown_beside() {
	python_use "$1"
	thrown pass >"$work/alone"
	thrown "$3" >"$work/beside"
	if grep -q 'leaf' "$work/alone" && diff "$work/alone" "$work/beside" >>"$work/err"; then
		pass "$1 beside $2: generators that are thrown into"
	else
		fail "$1 beside $2: generators that are thrown into" "counts differ"
	fi
}
thrown_beside 3.11 sys.setprofile 'sys.setprofile(lambda *_: None)'
thrown_beside 3.14 sys.monitoring 'm = sys.monitoring
m.use_tool_id(3, "lines")
m.register_callback(3, m.events.LINE, lambda *_: None)
m.set_events(3, m.events.LINE)'

python_use 3.11
if "${py[@]}" -c 'import greenlet' 2>/dev/null; then
	expect "greenlets" 0 "${prof[@]}" --backend="$backend" -- "${py[@]}" -c '
import greenlet
def f(): pass
def run(n):
    for _ in range(n):
        f()
        main.switch()
main = greenlet.getcurrent()
all = [greenlet.greenlet(run) for _ in range(10)]
for g in all: g.switch(100)
for _ in range(100):
    for g in all: g.switch()
print("done", all[0].dead)'
	has "greenlets: counted" '^ +1000 .*\(f\)'
	has "greenlets: they ran to their ends" '^done True'
	"${prof[@]}" --backend="$backend" --bias off -o "$work/p.json" -- "${py[@]}" "$PYDIR/targets/turns.py" \
		>"$work/out" 2>"$work/err"
	if python3 - "$work/p.json" <<'EOT' 2>>"$work/err"; then
import json, sys
f = {f["name"]: f for f in json.load(open(sys.argv[1]))["functions"] if f["file"].endswith("turns.py")}
cpu = {n: r["cumtime_ns"] - r["cum_off_ns"] for n, r in f.items()}
blocked = {n: r["cum_off_ns"] - r["cum_runnable_ns"] for n, r in f.items()}
assert cpu["computes"] > 190e6 and blocked["computes"] < 100e6, (cpu, blocked)
assert blocked["sleeps"] > 190e6 and cpu["sleeps"] < 100e6, (cpu, blocked)
EOT
		pass "greenlets that take turns: each has its own time"
	else
		fail "greenlets that take turns: each has its own time" "$(tail -1 "$work/err")"
	fi
else
	echo "ok eval greenlets # SKIP python3-greenlet is not installed"
fi

# --- several interpreters
for version in 3.13 3.14 3.15; do
	python_use $version
	rm -f "$work/in"
	mkfifo "$work/in"
	exec 9<>"$work/in"
	start "${PYTHON[@]}" -u "$PYDIR/targets/interpreters.py" <"$work/in"
	: >"$work/out"
	: >"$work/err"
	"$bpfprof" --bias off --backend="$backend" -p "$pid" -d 1.5 -f json >"$work/out" 2>"$work/err" &
	soon grep -q 'profiling process' "$work/err"
	echo >&9
	wait $!
	if [ "$(python3 -c '
import json, sys
p = json.load(open(sys.argv[1]))
print(len({t["tid"] for t in p["threads"] if t["ncalls"] > 1000}))' "$work/out")" = 2 ]; then
		pass "$version interpreters: one that was there and one that came"
	else
		fail "$version interpreters: one that was there and one that came" "not both"
	fi
	stop
	exec 9>&-
done

# --- fork and exec
python_use 3.11
start "${py[@]}" -u -c '
import os, sys
def f(): pass
print("ready", flush=True)
sys.stdin.readline()
while True:
    pid = os.fork()
    if not pid:
        for _ in range(1000): f()
        os._exit(7)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 7: print("WRONG", flush=True)' \
	< <(soon grep -q 'profiling process' "$work/err" && echo)
"$bpfprof" --bias off --backend="$backend" -p "$pid" -d 1 >"$work/out" 2>"$work/err"
is_well "forked children run well"
if grep -q '(f)' "$work/out"; then
	fail "forked children are not counted" "they are"
else
	pass "forked children are not counted"
fi
stop
"${prof[@]}" --backend="$backend" -- "${py[@]}" -c 'import os
def inner(): return os.fork()
def outer(): return inner()
def after(): pass
pid = outer()
for _ in range(3 if pid else 1000): after()
if not pid: os._exit(0)
os.waitpid(pid, 0)' >"$work/out" 2>"$work/err"
has "a child that returns through its parent's frames: inner" '^ +1 .*\(inner\)'
has "a child that returns through its parent's frames: outer" '^ +1 .*\(outer\)'
has "a child that returns through its parent's frames: after" '^ +3 .*\(after\)'
expect "threads by the thousand" 0 "${prof[@]}" --backend="$backend" -- "${py[@]}" -c '
import threading
def f(): pass
def run():
    f()
    here.wait()
for n in range(300):
    here = threading.Barrier(10)
    all = [threading.Thread(target=run) for _ in range(10)]
    for t in all: t.start()
    for t in all: t.join()'
has "threads by the thousand: counted" '^ +3000 .*\(f\)'
expect "exec" 5 "${prof[@]}" --backend="$backend" -- "${py[@]}" -c 'import os, sys
def f(): pass
f()
os.execv(sys.executable, [sys.executable, "-c", "import sys; sys.exit(5)"])'
has "exec: before" '\(f\)'
has "exec: the loss is counted" 'Lost: 1 .*exec'

killed_target "killed during the attach: one line or a table" "$backend" \
	"${py[@]}" -u "$PYDIR/targets/selfcheck.py"

# --- namespaces and rights
start unshare --mount --pid --fork --net --kill-child setpriv --reuid 65534 --clear-groups \
	"${py[@]}" -u - <"$PYDIR/targets/selfcheck.py" # which that user may not be let to open
outer=$pid
pid=$(pgrep -P "$pid" | head -1)
attached "another user in other namespaces" '\(fib\)' --bias off --backend="$backend" -d 0.3
is_well "another user in other namespaces: the target is well"
kill -9 "$pid" # the change of user has undone --kill-child
pid=$outer
stop

# --- what stands in the way
gcc -O1 "$here/sandbox.c" -o "$work/sandbox"
for how in errno kill; do
	start "$work/sandbox" $how "${py[@]}" -u "$PYDIR/targets/selfcheck.py"
	refuse "seccomp: $how" 1 'seccomp filter forbids socketpair' \
		"${prof[@]}" --backend="$backend" -p "$pid"
	is_well "seccomp: $how: the target is well"
	stop
done
python_use 3.9
start "$work/sandbox" errno "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
attached "seccomp: auto takes the probes instead" '\(fib\)' --bias off -d 0.3 -v
if grep -q 'backend usdt' "$work/err"; then
	pass "seccomp: auto says so"
else
	fail "seccomp: auto says so" "it does not"
fi
stop
python_use 3.11
start "${py[@]}" -u "$PYDIR/targets/selfcheck.py"
target=$pid
mkfifo "$work/hold"
exec 9<>"$work/hold"
start "$work/sandbox" trace "$target" <"$work/hold"
refuse "another tracer" 1 'another tracer' "${prof[@]}" --backend="$backend" -p "$target"
stop
pid=$target
stop
exec 9>&-
