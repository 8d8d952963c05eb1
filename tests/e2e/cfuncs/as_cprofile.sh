#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Every pair of a C function and one of Python is as cProfile counts it, launched and attached.
# shellcheck source=tests/e2e/cfuncs/common.sh
. "$(dirname "$0")/common.sh"
workloads=(aio coroutines exceptions generators hot objects recursion samename swallowed through thrown)

# Sets the array of files, as the interpreter sees them.
files_use() {
	local name
	files=()
	for name in "${workloads[@]}"; do
		files+=("$PYDIR/workloads/$name.py")
	done
}

launched() {
	files_use
	counted count "${files[@]}"
	"$bpfprof" -q --bias off --builtins=require -o "$work/b.prof" -- "${PYTHON[@]}" "$PYDIR/oracle/cprofiled.py" \
		plain "${files[@]}" >"$work/out" 2>>"$work/err"
	alike "launched, $1" compare "${files[@]}"
}

# Their code is hot.
attached() {
	counted count-hot "${files[@]}"
	watched hot "${files[@]}"
	alike "attached, $1" compare "${files[@]}"
}

each_version launched attached
