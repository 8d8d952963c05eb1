#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# C functions as rows (--builtins): counted as cProfile counts them, beside the program's own tools, and gone again
# afterwards. cfuncs.sh BPFPROF; VERSIONS="3.13 pyenv-3.12.1" runs those alone
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" cfuncs "$1"
workloads=(aio coroutines exceptions generators hot objects recursion samename swallowed thrown)

# Those that tell of calls of C functions.
versions_all() {
	local version
	for version in $(pythons_all); do
		case $version in 3.13 | 3.14 | 3.15 | pyenv-3.1[2-5].*) echo "$version" ;; esac
	done
}

# equal VERSION: every pair of the workloads' is cProfile's
equal() {
	local files=() name there=$work here=$work
	for name in "${workloads[@]}"; do
		files+=("$PYDIR/workloads/$name.py")
	done
	[ "$PYDIR" = "$tests_dir" ] || there=$PYDIR here=$cache/forky$PYDIR
	"${PYTHON[@]}" "$PYDIR/oracle/cprofiled.py" count "$there/a.prof" "${files[@]}" >"$work/out" 2>"$work/err"
	"$bpfprof" -q --bias off --builtins=require -o "$work/b.prof" -- "${PYTHON[@]}" "$PYDIR/oracle/cprofiled.py" \
		plain "${files[@]}" >"$work/out" 2>>"$work/err"
	if ! python3 "$tests_dir/oracle/cprofiled.py" compare "$here/a.prof" "$work/b.prof" "${files[@]}" \
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
	"$bpfprof" --bias off -p "$pid" "$@" >"$work/out" 2>"$work/err" 9<&- 8<&- &
	me=$!
	started+=("$me")
	soon grep -q 'profiling process' "$work/err"
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
	target
	enter --builtins
	ask work 1
	ask work 1000
	says "it is a tool of its own, $1" "3:bpfprof" tools
	says "a forked child gives it back, $1" none child
	leave INT
	has "calls of C functions, $1" ' 1001 +[0-9. ]+ \{method .append. of .list. objects\}'
	ask work 1
	says "the tool is free again, $1" none tools
	enter --builtins
	ask work 1
	leave KILL
	if soon has_left; then pass "bpfprof was killed, $1"; else fail "bpfprof was killed, $1" "it stays $line"; fi
	stop
}

# What may be in the way.
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

for version in ${VERSIONS:-$(versions_all)}; do
	python_use "$version"
	equal "$version"
	comes_and_goes "$version"
	hindered "$version"
	case $PYDIR in "$tests_dir") ;; *) rm -rf "${cache:?}/forky$PYDIR" ;; esac
done
python_use 3.11
refuse "3.11 does not tell" 1 "cannot count C functions: only CPython 3.12" "$bpfprof" -q --builtins=require -- "${PYTHON[@]}" -c 'pass'
refuse "eval does not count them" 1 "cannot count C functions: only backend inline" \
	"$bpfprof" -q --backend=eval --builtins=require -- "${PYTHON[@]}" -c 'pass'
