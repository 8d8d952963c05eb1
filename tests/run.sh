#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Runs the tests and ends with one line: N passed, N failed, N skipped.
# run.sh BUILD_DIR [RING [NAME]]: one ring (lint, unit, fuzz, golden, markers, replay, python, e2e), and
# of it the files with that name: "e2e inline" is tests/e2e/inline.sh, "e2e outputs" all of
# tests/e2e/outputs, and "e2e outputs/fifo" one of them. Empty: all.
set -uo pipefail

build=$(realpath "$1")
only=${2:-} name=${3:-}
cd "$(dirname "$0")/.." || exit 1
log=$(mktemp)
BPFPROF_STATE=$(mktemp -d) # constants stored on this machine are not the tests'
export BPFPROF_STATE
trap 'rm -rf "$log" "$BPFPROF_STATE"' EXIT
files=0

# ring NAME FILE COMMAND...: runs a file of a ring where it is wanted. A test program prints
# "ok NAME", "not ok NAME - why" or "ok NAME # SKIP why" for each case; one that ends badly without
# having said so is a failed case of its own.
ring() {
	local ring=$1 file=$2 before status
	shift 2
	[ -z "$only" ] || [ "$only" = "$ring" ] || return
	file=${file#tests/e2e/}
	file=${file%.*}
	case $name in
	"" | "$file" | "${file%%/*}" | "${file##*/}" | "${file##*/test_}") ;;
	*) return ;;
	esac
	files=$((files + 1))
	before=$(grep -c '^not ok' "$log")
	"$@" </dev/null 2>&1 | tee -a "$log"
	status=${PIPESTATUS[0]}
	if [ "$status" != 0 ] && [ "$(grep -c '^not ok' "$log")" = "$before" ]; then
		echo "not ok $1 - ended with status $status" | tee -a "$log"
	fi
}

# Those that only root can run.
root_rings() {
	ring replay replay "$build/tests/replay/replay"
	ring e2e fetch-pythons tests/fetch-pythons.sh
	ring python python tests/python/run.sh "$build"
	for e2e in tests/e2e/*.sh tests/e2e/*/*.sh; do
		[ "${e2e##*/}" = common.sh ] || ring e2e "$e2e" "$e2e" "$build/bpfprof"
	done
}

for lint in tests/lint/*.sh; do
	ring lint "$lint" "$lint"
done
for unit in tests/unit/test_*.c; do
	ring unit "$unit" "$build/${unit%.c}"
done
ring fuzz fuzz tests/fuzz/run.sh "$build"
ring golden fetch-tools tests/fetch-tools.sh
ring golden golden python3 tests/golden/run.py "$build/bpfprof"
ring golden changes python3 tests/golden/changes.py "$build/bpfprof"
ring golden views python3 tests/golden/views.py "$build/bpfprof"
ring golden formats /usr/bin/python3 tests/golden/formats.py "$build/bpfprof"
ring golden paths python3 tests/golden/paths.py "$build/bpfprof"
ring golden html python3 tests/golden/html.py "$build/bpfprof"
ring markers markers tests/markers/run.sh "$build"
if [ "$(id -u)" = 0 ]; then
	root_rings
elif [ "$files" = 0 ] || [ -z "$only$name" ]; then
	echo "ok root rings # SKIP not root: replay, python and end-to-end need it" | tee -a "$log"
fi

if [ "$files" = 0 ]; then
	echo "no test file is named ${name:-so} in ${only:-any ring}; see tests/" >&2
	exit 2
fi
# What failed once more, with the lines after it: the end of a log then shows it.
awk '/^(not )?ok / { failed = sub(/^not ok /, "failed: "); left = 20; if (failed) print; next }
     failed && left-- > 0' "$log"
skipped=$(grep -c '^ok .*# SKIP' "$log")
passed=$(($(grep -c '^ok ' "$log") - skipped))
failed=$(grep -c '^not ok ' "$log")
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
