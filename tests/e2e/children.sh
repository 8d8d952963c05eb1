#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Processes that the profiled one starts: each counted as it counts itself. children.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" children "$1"

# sums FILE.json DIR TARGET: calls of TARGET's functions in the profile and in DIR, where they differ
sums() {
	python3 - "$@" <<-'EOF'
		import collections, glob, json, sys
		LAST = ["<built-in method posix.%s>" % name for name in ("_exit", "execv")]
		want, got = collections.Counter(), collections.Counter()
		files = glob.glob(sys.argv[2] + "/*.json")
		for file in files:
		    want.update(json.load(open(file)))
		profile = json.load(open(sys.argv[1]))
		for f in profile["functions"]:
		    if f["file"] == sys.argv[3]:
		        got["%s:%d" % (f["name"], f["line"])] += f["ncalls"]
		for e in profile["edges"]:
		    if e["caller_file"] == sys.argv[3] and e["callee_name"].startswith("<built-in"):
		        got[e["callee_name"]] += e["ncalls"]
		if not any(key.startswith("<built-in method posix.") for key in got):
		    want = collections.Counter({k: n for k, n in want.items() if "<built" not in k})  # without --builtins
		for key in LAST:  # of a program, after it has written its counts
		    want.pop(key, 0), got.pop(key, 0)
		for key in sorted(set(want) | set(got)):
		    if want[key] != got[key] and not key.startswith("<module>"):
		        print(key, "counted", got[key], "instead of", want[key])
		for loss in profile["losses"]:
		    print("lost:", loss)
		pids = {t["pid"] for t in profile["threads"]}
		if pids - {q["pid"] for q in profile["processes"] if q["command"] and q["python"]}:
		    print("threads of processes without a row")
		if sum(q["ncalls"] for q in profile["processes"]) != sum(t["ncalls"] for t in profile["threads"]):
		    print("processes do not add up")
		if len(pids) < len(files):
		    print(len(pids), "processes instead of", len(files))
	EOF
}

# counts NAME OPTIONS -- KIND [N]: a run under bpfprof, and one that counts itself
counts() {
	local name=$1 differ root count
	local -a options=()
	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	if [ "$PYDIR" = "$tests_dir" ]; then
		root='' count=$work/count
	else
		root=$cache/forky count=$PYDIR/count
	fi
	rm -rf "$root$count"
	mkdir "$root$count"
	COUNT=$count "${PYTHON[@]}" "$PYDIR/targets/family.py" "$@" >"$work/out" 2>&1
	rm -f "$work/x.json"
	"$bpfprof" -q --bias off --children "${options[@]}" -o "$work/x.json" -- \
		"${PYTHON[@]}" "$PYDIR/targets/family.py" "$@" >"$work/out" 2>"$work/err"
	differ=$(sums "$work/x.json" "$root$count" "$PYDIR/targets/family.py" 2>&1)
	if [ -z "$differ" ]; then
		pass "$name"
	else
		fail "$name" "$(head -1 <<<"$differ")"
	fi
}

python_use 3.11
for kind in fork threads double exec pool-fork; do
	counts "inline, $kind" --backend=inline -- $kind
done
for kind in threads double exec; do
	counts "C functions too, $kind" --builtins=require -- $kind
done
counts "eval, fork" --backend=eval -- fork
python_use 3.13
counts "3.13, exec" -- exec
python_use 3.9
counts "usdt, fork" --usdt -- fork

# --- short-lived ones
python_use 3.11
counts "fifty short-lived children" -- fork 50

# --- a command that ends before what it started: outlived OPTION... < WHAT-ENDS-THE-LATTER
cat >"$work/outlived.py" <<-'EOF'
	import os, sys, time
	def work(): pass
	parent = os.getpid()
	if os.fork():
	    os._exit(7)
	while os.getppid() == parent:
	    time.sleep(0.001)
	for _ in range(1000): work()
	with open(sys.argv[1], "w") as out: print(parent, file=out)
	sys.stdin.read()
EOF
outlived() {
	"$bpfprof" --bias off --children "$@" -- "${PYTHON[@]}" "$work/outlived.py" "$work/parent" \
		>"$work/out" 2>"$work/err"
}

is_alone() {
	[ -s "$work/parent" ] && [ ! -e "/proc/$(cat "$work/parent")" ]
}

# ended NAME STATUS PATTERN: what outlived has given
ended() {
	if [ "$2" != 7 ]; then
		fail "$1" "status $2, not the command's"
	else
		has "$1" "$3"
	fi
}

outlived --wait </dev/null
ended "the last child is waited for" $? '^ +1000 .*\(work\)'
rm "$work/parent"

outlived --wait < <(soon test -e "$work/reported") &
me=$!
soon is_alone
kill "$(pgrep -P "$me" bpfprof)"
wait "$me"
ended "a signal ends the wait" $? '^ +1000 .*\(work\)'

outlived < <(soon test -e "$work/reported")
ended "a child that runs on is said" $? 'Note: 1 process ran on after the command'
touch "$work/reported"

# --- a copy of a program that forked on its way to its first function, and ended at once
gcc -shared -fPIC -x c - -o "$work/leaver.so" <<-'EOF'
	#include <stdlib.h>
	#include <sys/syscall.h>
	#include <unistd.h>
	static void __attribute__((constructor)) leave(void)
	{
		if (getenv("LEAVE") && !unsetenv("LEAVE") && syscall(SYS_fork))
			syscall(SYS_exit_group, 7);
	}
EOF
for _ in 1 2 3; do
	"$bpfprof" --bias off --children --wait -- env LEAVE=1 LD_PRELOAD="$work/leaver.so" "${PYTHON[@]}" \
		-c 'def work(): pass
for _ in range(1000): work()' >"$work/out" 2>"$work/err"
	ended "forked on the way" $? '^ +1000 .*\(work\)'
done

# --- processes that run already: prefork NAME WANTED OPTION...
prefork() {
	local name=$1 wanted=$2 status
	shift 2
	: >"$work/err"
	start "${PYTHON[@]}" "$PYDIR/targets/prefork.py" 100 5 \
		< <(soon grep -q 'profiling process' "$work/err" && echo)
	"$bpfprof" --bias off "$@" -p "$pid" >"$work/out" 2>"$work/err"
	wait "$pid"
	status=$?
	exec 8<&-
	if [ $status != 0 ]; then
		fail "$name" "the server ended with $status"
	elif ! grep -Eq "^ +$wanted .*\(handle\)" "$work/out"; then
		fail "$name" "not $wanted calls"
	elif grep -q 'Lost' "$work/out"; then
		fail "$name" "something is lost"
	else
		pass "$name"
	fi
}

for backend in inline eval; do
	prefork "$backend, workers of now and later" 800 --backend=$backend --children
done

# --- more processes at a time than bpfprof has files for: those that are not counted are said
# noted PATTERN: how many processes the report's notes say that of
noted() {
	sed -n "s/^ *Note: \([0-9]*\) $1.*/\1/p" "$work/out"
}

python_use 3.11
cat >"$work/at_once.py" <<-'EOF'
	import os
	def work(): pass
	read, write = os.pipe()
	for _ in range(5):
	    if not os.fork():
	        os.close(write)
	        os.read(read, 1)
	        work()
	        os._exit(0)
	os.close(write)
	while True:
	    try: os.wait()
	    except ChildProcessError: break
EOF
(
	ulimit -n 250
	"$bpfprof" --bias off --children -- "${PYTHON[@]}" "$work/at_once.py" >"$work/out" 2>"$work/err"
)
counted=$(sed -n 's/^ *\([0-9]*\) .*(work)$/\1/p' "$work/out")
missed=$(noted 'Python process.* not profiled: too many')
if [ $((${counted:-0} + ${missed:-0})) = 5 ] && [ "${counted:-0}" -gt 0 ] && [ "${missed:-0}" -gt 0 ]; then
	pass "too many at a time"
else
	fail "too many at a time" "counted ${counted:-none}, noted ${missed:-none} of 5"
fi

# --- one after the other they need no more files than one, nor leave any behind
cat >"$work/in_turn.py" <<-'EOF'
	import os
	def work(): pass
	for _ in range(60):
	    if not os.fork():
	        work()
	        os._exit(0)
	    os.wait()
EOF
(
	ulimit -n 250
	"$bpfprof" --bias off --children -- "${PYTHON[@]}" "$work/in_turn.py" >"$work/out" 2>"$work/err"
)
has "sixty in turn, with few files" '^ +60 .*\(work\)'

start "${PYTHON[@]}" -c 'import os, sys
print("ready", flush=True)
sys.stdin.readline()
for _ in range(3):
    if not os.fork(): os._exit(0)
    os.wait()
os.write(1, b"done\n")
sys.stdin.readline()' < <(
	soon test -e "$work/limited" && echo
	soon test -e "$work/raised" && echo
)
counting --bias off --children -p "$pid"
prlimit --pid "$me" --nofile=3:
touch "$work/limited"
read -r -t 60 _ <&8
prlimit --pid "$me" --nofile=1000:
touch "$work/raised"
wait "$me"
exec 8<&-
if [ "$(noted 'child processes could not be followed: Too many open files')" = 3 ]; then
	pass "children that cannot be looked at"
else
	fail "children that cannot be looked at" "not 3"
fi

# --- an attach amid births: no fork fails
start "${PYTHON[@]}" -c 'import os, sys, threading
threading.Thread(target=sys.stdin.readline).start()
print("ready", flush=True)
bad = 0
while threading.active_count() > 1:
    pid = os.fork()
    if not pid: os._exit(3)
    bad += os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 3
sys.exit(bad != 0)' < <(soon test -e "$work/enough" && echo)
for _ in 1 2 3; do
	"$bpfprof" -q --bias off --children -d 0.2 -p "$pid" >"$work/out" 2>"$work/err" ||
		fail "attached amid births" "a run failed"
done
touch "$work/enough"
if wait "$pid"; then
	pass "attached amid births"
else
	fail "attached amid births" "a fork failed"
fi
exec 8<&-
