#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# coverage.py, by each way it has of seeing lines: it sees what it sees alone, and bpfprof what cProfile does.
# shellcheck source=tests/e2e/cfuncs/common.sh
. "$(dirname "$0")/common.sh"

# Beneath a trace function of 3.11's, what throw() runs by way of a generator that delegates stands under that generator,
# and with cProfile under throw(): there without such ones.
files_use() {
	local name delegating=(generators through thrown)
	files=()
	case $1 in 3.11 | pyenv-3.11.*) delegating=() ;; esac
	for name in exceptions hot objects recursion samename swallowed "${delegating[@]}"; do
		files+=("$PYDIR/workloads/$name.py")
	done
}

# ways VERSION: a trace function of Python's, one of C's where the package has that, and a tool of sys.monitoring
ways() {
	case $1 in
	3.9) echo pytrace ctrace ;;
	3.14 | 3.15) echo pytrace ctrace sysmon ;;
	3.13 | pyenv-3.1[23].*) echo pytrace sysmon ;;
	*) echo pytrace ;;
	esac
}

# under WORD...: the oracle's run with these words, under coverage.py, and $bpfprof where $with says so
under() {
	rm -f "$tree$theirs/covered"
	COVERAGE_CORE=$way COVERAGE_FILE=$theirs/covered "${with[@]}" "${PYTHON[@]}" -m coverage run --branch \
		"${timid[@]}" "$PYDIR/oracle/cprofiled.py" "$@" "${files[@]}" >"$work/out" 2>"$work/err"
}

# covered FILE: the lines that coverage.py has seen
covered() {
	COVERAGE_FILE=$theirs/covered "${PYTHON[@]}" -m coverage json -o "$theirs/covered.json" >>"$work/out" 2>>"$work/err"
	/usr/bin/python3 - "$tree$theirs/covered.json" "${files[@]}" >"$1" 2>>"$work/err" <<'EOF2'
import json, sys
seen = json.load(open(sys.argv[1]))["files"]
seen = {name[name.index("/workloads/"):]: seen[name] for name in seen if "/workloads/" in name}
for name in sys.argv[2:]:
    print(name, seen[name[name.index("/workloads/"):]]["executed_lines"])
EOF2
}

# The older one is told by an option, and the newer one by its environment. Trace functions change what the interpreter
# tells of: cProfile is under one too.
by_coverage() {
	local way timid with
	packages_use "$1" || return 0
	files_use "$1"
	for way in $(ways "$1"); do
		timid=() with=()
		[ "$1$way" != 3.9pytrace ] || timid=(--timid)
		under plain
		covered "$work/alone"
		under count "$theirs/counts.json"
		mv "$tree$theirs/counts.json" "$work/a.json"
		with=("$bpfprof" -q --bias off --builtins=require -o "$work/b.prof" --)
		under plain
		covered "$work/lines"
		if [ "$(wc -l <"$work/lines")" = ${#files[@]} ] && cmp -s "$work/alone" "$work/lines"; then
			pass "coverage.py sees what it sees alone, $way, $1"
		else
			fail "coverage.py sees what it sees alone, $way, $1" "it does not"
		fi
		alike "beside coverage.py, $way, $1" compare "${files[@]}"
	done
	unset PYTHONPATH
}

"$tests_dir/fetch-pythons.sh" packages
each_version by_coverage
