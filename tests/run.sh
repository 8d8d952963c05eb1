#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Runs the tests and ends with one line: N passed, N failed, N skipped.
# run.sh BUILD_DIR [RING [NAME]]: one ring (lint, unit, fuzz, golden, markers, cross, replay, python, e2e), and
# of it the files with that name: "e2e names" is tests/e2e/names.sh, "e2e outputs" all of
# tests/e2e/outputs, and "e2e outputs/fifo" one of them. Empty: all.
set -uo pipefail

build=$(realpath "$1")
only=${2:-} name=${3:-}
cd "$(dirname "$0")/.." || exit 1
log=$(mktemp)
BPFPROF_STATE=$(mktemp -d) # constants stored on this machine are not the tests'
export BPFPROF_STATE build log
trap 'rm -rf "$log" "$BPFPROF_STATE"' EXIT

# wanted RING FILE: whether it is asked for
wanted() {
	local file=${2#tests/e2e/}
	file=${file%.*}
	[ -z "$only" ] || [ "$only" = "$1" ] || return
	case $name in
	"" | "$file" | "${file%%/*}" | "${file##*/}" | "${file##*/test_}") ;;
	*) return 1 ;;
	esac
}

# says COMMAND...: a test program prints "ok NAME", "not ok NAME - why" or "ok NAME # SKIP why" for each
# case; one that ends badly without having said so is a failed case of its own. What it says comes in one
# piece, as another runs beside it.
says() {
	local said status
	said=$(mktemp)
	"$@" </dev/null >"$said" 2>&1
	status=$?
	if [ "$status" != 0 ] && ! grep -q '^not ok' "$said"; then
		echo "not ok $1 - ended with status $status" >>"$said"
	fi
	flock "$log" tee -a "$log" <"$said"
	rm "$said"
}
export -f says

# Two files run at a time: most wait, or use one processor.
first=() beside=() after=()
declare -A added=()

# add WHEN RING FILE COMMAND...: a file of a ring, where it is wanted: "first", which fetches what others
# need; "beside" another; or "after" all, alone
add() {
	local -n when=$1
	wanted "$2" "$3" && [ -z "${added[$3]:-}" ] || return
	added[$3]=yes
	shift 3
	when+=("$(printf '%q ' says "$@")")
}

# run AT_A_TIME COMMAND_LINE...
run() {
	local at_a_time=$1
	shift
	[ $# = 0 ] || printf '%s\n' "$@" | xargs -d '\n' -P "$at_a_time" -n 1 bash -c ||
		echo "not ok run - one of them ended badly" | tee -a "$log"
}

# One looks at times that another would make too long, and the README's table at what tests/e2e/exact has found.
alone=' bias clocks readme '

add_e2e() {
	local e2e base
	for e2e in tests/e2e/{exact,entry,markers,open}/*.sh tests/e2e/*.sh tests/e2e/*/*.sh; do # the longest first
		[ "${e2e##*/}" != common.sh ] || continue
		base=${e2e#tests/e2e/} base=${base%.sh}
		case $alone in
		*" ${base%%/*} "*) add after e2e "$e2e" "$e2e" "$build/bpfprof" ;;
		*) add beside e2e "$e2e" "$e2e" "$build/bpfprof" ;;
		esac
	done
}

# Those that only root can run.
add_root_rings() {
	add first e2e fetch-pythons tests/fetch-pythons.sh
	add beside replay replay "$build/tests/replay/replay"
	add beside python python tests/python/run.sh "$build"
	add_e2e
}

add first golden fetch-tools tests/fetch-tools.sh
for lint in tests/lint/*.sh; do
	[ "${lint##*/}" != common.sh ] || continue
	add beside lint "$lint" "$lint"
done
for unit in tests/unit/test_*.c; do
	arch=${unit##*/test_} arch=${arch%.c} # a test of the name of a processor is that one's
	[ ! -d "user/arch/$arch" ] || [ "$arch" = "$(uname -m)" ] || continue
	add beside unit "$unit" "$build/${unit%.c}"
done
add beside fuzz fuzz tests/fuzz/run.sh "$build"
for golden in run corrected stored streams tracks changes alike views coroutines formats paths sums hidden html confined; do
	add beside golden "tests/golden/$golden.py" /usr/bin/python3 "tests/golden/$golden.py" "$build/bpfprof"
done
add beside golden tests/faults/nomemory.py /usr/bin/python3 tests/faults/nomemory.py "$build/bpfprof"
add beside markers markers tests/markers/run.sh "$build"
for cross in units corrected tracks alike stored changes views; do
	add beside cross "aarch64/$cross" tests/cross/run.sh "$build" "$cross"
done
if [ "$(id -u)" = 0 ]; then
	add_root_rings
elif [ ${#added[@]} = 0 ] || [ -z "$only$name" ]; then
	echo "ok root rings # SKIP not root: replay, python and end-to-end need it" | tee -a "$log"
fi

if [ ${#added[@]} = 0 ]; then
	echo "no test file is named ${name:-so} in ${only:-any ring}; see tests/" >&2
	exit 2
fi
run 1 "${first[@]}"
run 2 "${beside[@]}"
run 1 "${after[@]}"
# What failed once more, with the lines after it: the end of a log then shows it.
awk '/^(not )?ok / { failed = sub(/^not ok /, "failed: "); left = 20; if (failed) print; next }
     failed && left-- > 0' "$log"
skipped=$(grep -c '^ok .*# SKIP' "$log")
passed=$(($(grep -c '^ok ' "$log") - skipped))
failed=$(grep -c '^not ok ' "$log")
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
