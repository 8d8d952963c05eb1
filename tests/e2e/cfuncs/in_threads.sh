#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Threads, interpreters, signal handlers that raise, frames that end out of turn, and tools that come and go: every pair
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

# The program's own profile and trace functions and its tools are switched on and off; one takes bpfprof's number.
toggled() {
	local by='by_function><built-in method sys' of=()
	is_old "$1" || of=("by_monitoring><built-in method $2use_tool_id>=4" "by_monitoring><built-in method $2free_tool_id>=4"
		"by_monitoring><built-in method $2register_callback>=42" "by_monitoring><built-in method $2set_events>=54"
		"by_monitoring><built-in method $2restart_events>=12")
	known "tools that come and go, $1" toggled "$by.setprofile>=12" "$by.settrace>=12" "${of[@]}"
}

of_monitoring() {
	toggled "$1" "$("${PYTHON[@]}" -c 'import sys; print((sys.monitoring.use_tool_id.__module__ or "") + ".")' 2>"$work/err")"
}

# Another one stands where one was that has ended. Up to 3.10 frames are seen by the evaluator's slot: not in interpreters
# that come later.
interpreters() {
	case $1 in 3.9 | pyenv-3.[89].* | pyenv-3.10.*) return ;; esac
	known "interpreters, $1" interpreters "work><method 'count' of 'tuple' objects>=1000"
}

each_version launched attached of_monitoring interpreters
