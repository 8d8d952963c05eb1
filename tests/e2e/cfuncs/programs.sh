#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The bench's real programs: every pair of functions is as cProfile counts it, in a run of its own, and in the same run.
# shellcheck source=tests/e2e/cfuncs/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=tests/libraries.sh
. "$tests_dir/libraries.sh"

# How often an event loop looks around is another number in each run.
in_runs=(rst template text)
in_one=(rst template text echo)

files_use() {
	local name
	files=()
	for name in "$@"; do
		files+=("$PYDIR/bench/programs/$name.py")
	done
	libraries "$tree$theirs/libraries"
	export PYTHONPATH=$theirs/libraries
}

apart() {
	files_use "${in_runs[@]}"
	counted count-hot "${files[@]}"
	watched hot "${files[@]}"
	alike "real programs, $1" compare-all
}

together() {
	files_use "${in_one[@]}"
	watched both "$theirs/counts.json" "${files[@]}"
	mv "$tree$theirs/counts.json" "$work/a.json"
	alike "real programs under cProfile, $1" compare-all
}

each_version apart together
