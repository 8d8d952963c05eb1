#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# C functions as rows (--builtins): counted as cProfile counts them, beside the program's own tools, and gone again
# afterwards. cfuncs.sh BPFPROF; VERSIONS="3.13 pyenv-3.12.1" runs those alone
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" cfuncs "$1"
workloads=(aio coroutines exceptions generators hot objects recursion samename swallowed through thrown)

# Those that tell of calls of C functions, each version once.
versions_all() {
	local version
	for version in $(pythons_all); do
		case $version in 3.9 | 3.1[1-5] | 3.13t | pyenv-3.8.* | pyenv-3.1[02].*) echo "$version" ;; esac
	done
}

# In what way: by sys.monitoring, or by the profile function of each thread.
is_old() {
	case $1 in 3.9 | 3.11 | pyenv-3.8.* | pyenv-3.9.* | pyenv-3.1[01].*) ;; *) return 1 ;; esac
}

# equal VERSION: every pair of the workloads' is cProfile's
equal() {
	local files=() name there=$work here=$work
	for name in "${workloads[@]}"; do
		files+=("$PYDIR/workloads/$name.py")
	done
	[ "$PYDIR" = "$tests_dir" ] || there=$PYDIR here=$cache/forky$PYDIR
	"${PYTHON[@]}" "$PYDIR/oracle/cprofiled.py" count "$there/a.json" "${files[@]}" >"$work/out" 2>"$work/err"
	"$bpfprof" -q --bias off --builtins=require -o "$work/b.prof" -- "${PYTHON[@]}" "$PYDIR/oracle/cprofiled.py" \
		plain "${files[@]}" >"$work/out" 2>>"$work/err"
	if ! python3 "$tests_dir/oracle/cprofiled.py" compare "$here/a.json" "$work/b.prof" "${files[@]}" \
		>"$work/out" 2>>"$work/err" || [ -s "$work/out" ]; then
		fail "as cProfile, $1" "counts differ"
	else
		pass "as cProfile, $1"
	fi
}

# ask WORDS: the target's answer is $line
ask() {
	echo "$*" >&9
	read -r -t 60 line <&8
}

# says NAME ANSWER WORDS
says() {
	local name=$1 want=$2
	shift 2
	ask "$@"
	if [ "$line" = "$want" ]; then
		pass "$name"
	else
		fail "$name" "it says $line, not $want"
	fi
}

target() {
	rm -f "$work/in"
	mkfifo "$work/in"
	exec 9<>"$work/in"
	start "${PYTHON[@]}" "$PYDIR/targets/tools.py" <"$work/in"
}

# enter OPTION...: bpfprof of $me in the target
enter() {
	: >"$work/err"
	counting --bias off -p "$pid" "$@"
}

# leave SIGNAL: ends bpfprof
leave() {
	kill "-$1" "$me"
	wait "$me" 2>/dev/null
}

has_left() {
	ask tools
	[ "$line" = none ]
}

# Comes, counts, and goes.
comes_and_goes() {
	local tool=3:bpfprof
	! is_old "$1" || tool=bpfprof
	target
	enter --builtins
	ask work 1
	ask work 1000
	says "it is in the way, $1" "$tool" tools
	says "a forked child gives it back, $1" none child
	leave INT
	has "calls of C functions, $1" ' 1001 +[0-9. ]+ \{method .append. of .list. objects\}'
	ask work 1
	says "it is gone, $1" none tools
	case $1 in 3.11 | 3.14) killed "$1" ;; esac
	stop
}

# By itself, two seconds later.
killed() {
	enter --builtins
	ask work 1
	leave KILL
	if soon has_left; then pass "bpfprof was killed, $1"; else fail "bpfprof was killed, $1" "it stays $line"; fi
}

# bpfprof leaves while a C function calls Python.
in_the_middle() {
	target
	enter --builtins -o "$work/p.json" -o -
	ask doze
	ask sort
	leave INT
	has "a call that is open at the end, $1" ' 1 +[0-9. ]+ \{built-in method builtins.sorted\}'
	if python3 -c 'import json, sys
slept = [f for f in json.load(open(sys.argv[1]))["functions"] if f["name"] == "<built-in method time.sleep>"]
sys.exit(len(slept) != 1 or slept[0]["ncalls"] != 10 or slept[0]["own_off_ns"] < 10e6)' "$work/p.json"; then
		pass "a sleep is time blocked, $1"
	else
		fail "a sleep is time blocked, $1" "it is not"
	fi
	ask 2
	says "it goes on, $1" "['b', 'a']" 1
	says "and nothing stays, $1" none tools
	stop
}

# The program's own profile function, before and after.
wrapped() {
	target
	ask profile 1
	enter --builtins
	ask work 100
	leave INT
	ask work 1
	says "the program's own is back, $1" python tools
	says "it was called all the time, $1" 101 profile 0
	stop
}

# What counting adds to calls of C functions is measured, and taken off by each row's calls.
taken_off() {
	"$bpfprof" -q --builtins=require -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/tools.py" >"$work/out" \
		2>"$work/err" <<<"work 5000"
	if why=$(/usr/bin/python3 - "$work/p.json" 2>&1 <<'EOF2'
import json, sys
p = json.load(open(sys.argv[1]))
bias, rows = p["target"]["bias"], {f["name"]: f for f in p["functions"]}
c, work = bias["c"], rows["work"]
length = next(e for e in p["edges"] if e["caller"] == work["id"] and e["callee_name"] == "<built-in method builtins.len>")
assert bias["from"] == "measured" and not any("own" in note for note in p["notes"]), p
assert c["inside_ns"] + c["outside_ns"] > 0 < c["inside_error_ns"] and c["outside_error_ns"] > 0, c
assert (length["ncalls"], work["child_calls"]) == (5000, 10000), (length, work)
for row, off in (length, 5000 * c["inside_ns"]), (work, bias["inside_ns"] + 10000 * c["outside_ns"]):
    off += row["first_calls"] * bias["first_ns"]
    room = max(0, row["raw_tottime_ns"] - row["own_off_ns"])
    assert abs(row["raw_tottime_ns"] - min(off, room) - row["tottime_ns"]) <= 2, (row, off)
    assert row["error_ns"] > 0, row
EOF2
	); then
		pass "what it adds is taken off, $1"
	else
		fail "what it adds is taken off, $1" "$(tail -1 <<<"$why")"
	fi
}

# Whatever is called and not Python's, held against a tool of sys.monitoring's own.
all_of_them() {
	"${PYTHON[@]}" "$PYDIR/oracle/callables.py" count >"$work/counted"
	"$bpfprof" -q --bias off --builtins=all --builtins=require -o "$work/p.json" -- "${PYTHON[@]}" \
		"$PYDIR/oracle/callables.py" plain >"$work/out" 2>"$work/err"
	if ! /usr/bin/python3 "$tests_dir/oracle/callables.py" compare "$work/counted" "$work/p.json" \
		>"$work/out" 2>>"$work/err" || [ -s "$work/out" ]; then
		fail "all that sys.monitoring tells of, $1" "counts differ"
	else
		pass "all that sys.monitoring tells of, $1"
	fi
}

# The program's own profilers, tracers and debuggers see what they see alone, and bpfprof all of it.
beside() {
	local alone times=4
	is_old "$1" || times=5
	alone=$("${PYTHON[@]}" "$PYDIR/targets/beside.py")
	"$bpfprof" -q --bias off --builtins=require -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/targets/beside.py" \
		>"$work/out" 2>"$work/err"
	if [ -n "$alone" ] && [ "$(cat "$work/out")" = "$alone" ] && /usr/bin/python3 -c 'import json, sys
name = "<method \x27count\x27 of \x27tuple\x27 objects>"
calls = [f["ncalls"] for f in json.load(open(sys.argv[1]))["functions"] if f["name"] == name]
sys.exit(calls != [500 * int(sys.argv[2])])' "$work/p.json" "$times"; then
		pass "beside the program's own tools, $1"
	else
		fail "beside the program's own tools, $1" "one of them sees something else than $alone"
	fi
}

# What may be in the way of a tool of sys.monitoring.
hindered() {
	target
	ask take 1
	enter --builtins
	ask work 10
	says "another tool is taken, $1" "3:the program 4:bpfprof" tools
	leave INT
	ask work 1
	says "the program's stays, $1" "3:the program" tools
	ask forbid
	enter --builtins
	ask work 10
	leave INT
	has "an audit hook is survived, $1" ' 1 +[0-9. ]+ [^ ]*tools.py:[0-9]+\(work\)'
	stop
}

# Both of its tools are others', which an interpreter says at its first function only.
denied() {
	start "${PYTHON[@]}" -c '
import sys, time
for tool in 3, 4: sys.monitoring.use_tool_id(tool, "the program")
def work(): time.sleep(.001)
print("ready", flush=True)
while True: work()'
	refuse "require: no tool is left, $1" 1 "C functions: others have its monitoring tools 3 and 4" \
		"$bpfprof" -q -p "$pid" --builtins=require
	attached "no tool is left: it is said, $1" "^   Note: times contain .*: C functions were to be counted and are not" \
		-q -d 0.2 --builtins
	stop
}

for version in ${VERSIONS:-$(versions_all)}; do
	python_use "$version"
	equal "$version"
	comes_and_goes "$version"
	in_the_middle "$version"
	beside "$version"
	case $version in 3.11 | 3.14) taken_off "$version" ;; esac
	if is_old "$version"; then wrapped "$version"; else
		all_of_them "$version"
		hindered "$version"
		denied "$version"
	fi
	case $PYDIR in "$tests_dir") ;; *) rm -rf "${cache:?}/forky$PYDIR" ;; esac
done
python_use 3.11
refuse "eval does not count them" 1 "cannot count C functions: only backend inline" \
	"$bpfprof" -q --backend=eval --builtins=require -- "${PYTHON[@]}" -c 'pass'
