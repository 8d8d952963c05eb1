#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Runs every ring and ends with one line: N passed, N failed, N skipped. run.sh BUILD_DIR
set -uo pipefail

build=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 1
log=$(mktemp)
BPFPROF_STATE=$(mktemp -d) # constants stored on this machine are not the tests'
export BPFPROF_STATE
trap 'rm -rf "$log" "$BPFPROF_STATE"' EXIT

# A test program prints "ok NAME", "not ok NAME - why" or "ok NAME # SKIP why" for each case; one
# that ends badly without having said so is a failed case of its own.
ring() {
	local before status
	before=$(grep -c '^not ok' "$log")
	"$@" </dev/null 2>&1 | tee -a "$log"
	status=${PIPESTATUS[0]}
	if [ "$status" != 0 ] && [ "$(grep -c '^not ok' "$log")" = "$before" ]; then
		echo "not ok $1 - ended with status $status" | tee -a "$log"
	fi
}

for lint in tests/lint/*.sh; do
	ring "$lint"
done
for unit in "$build"/tests/unit/test_*; do
	[ -x "$unit" ] && ring "$unit"
done
ring python3 tests/golden/run.py "$build/bpfprof"
ring tests/markers/run.sh "$build"
if [ "$(id -u)" = 0 ]; then
	ring "$build/tests/replay/replay"
	ring tests/fetch-pythons.sh
	ring tests/python/run.sh "$build"
	for e2e in tests/e2e/*.sh; do
		ring "$e2e" "$build/bpfprof"
	done
else
	echo "ok root rings # SKIP not root: replay and end-to-end need it" | tee -a "$log"
fi

skipped=$(grep -c '^ok .*# SKIP' "$log")
passed=$(($(grep -c '^ok ' "$log") - skipped))
failed=$(grep -c '^not ok ' "$log")
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
