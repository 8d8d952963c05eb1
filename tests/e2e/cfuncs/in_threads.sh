#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Threads, interpreters, signal handlers that raise, frames that end out of turn: every pair
# of a C function and one of Python, as sys.setprofile tells each thread, or as is known.
# shellcheck source=tests/e2e/cfuncs/common.sh
. "$(dirname "$0")/common.sh"
oracle=ccalls.py

files_use() {
	local name
	files=()
	for name in "$@"; do
		files+=("$PYDIR/workloads/$name.py")
	done
}

launched() {
	files_use odd threads crowd exchanged deep names
	counted count "${files[@]}"
	"$bpfprof" -q --bias off --builtins=require -o "$work/b.prof" -- "${PYTHON[@]}" "$PYDIR/oracle/cprofiled.py" \
		plain "${files[@]}" >"$work/out" 2>>"$work/err"
	alike "launched, $1" compare "${files[@]}"
}

# Their code is hot, and threads wait in C functions.
attached() {
	files_use odd threads crowd exchanged deep names
	counted count-hot "${files[@]}"
	watched hot "${files[@]}"
	alike "attached, $1" compare "${files[@]}"
}

# known NAME WORKLOAD PAIR...
known() {
	local name=$1 workload=$2
	shift 2
	"$bpfprof" -q --bias off --builtins=require -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/workloads/$workload.py" \
		>"$work/out" 2>"$work/err"
	if has_pairs "$@"; then
		pass "$name"
	else
		fail "$name" "counts differ"
	fi
}

# Another one stands where one was that has ended.
interpreters() {
	known "interpreters, $1" interpreters "work><method 'count' of 'tuple' objects>=1000"
}

each_version launched attached interpreters
