#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Every workload on every interpreter with probes: counts equal to the in-process count, function
# by function and caller by caller. exact.sh BPFPROF
set -uo pipefail

bpfprof=$(realpath "$1")
# shellcheck source=tests/pythons.sh
. "$(dirname "$0")/../pythons.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# losses that a workload is meant to cause
expected_losses() {
	[ "$1" = names ] && echo name_cut
}

for version in 3.9 3.15; do
	python_use "$version"
	for path in "$tests_dir"/workloads/*.py; do
		name=$(basename "$path" .py)
		file=$PYDIR/workloads/$name.py
		why=
		out=$work/oracle.json
		[ "$PYDIR" = "$tests_dir" ] || out=$PYDIR/oracle.json
		if ! "${PYTHON[@]}" "$PYDIR/oracle/oracle.py" count "$file" "$out" >"$work/log" 2>&1; then
			why="oracle failed"
		elif ! "$bpfprof" -q --usdt -o "$work/p.json" -- "${PYTHON[@]}" \
			"$PYDIR/oracle/oracle.py" plain "$file" >"$work/log" 2>&1; then
			why="bpfprof failed"
		else
			[ "$PYDIR" = "$tests_dir" ] || mv "$cache/forky$out" "$work/oracle.json"
			/usr/bin/python3 "$tests_dir/oracle/compare.py" "$work/oracle.json" \
				"$work/p.json" "$file" "$(expected_losses "$name")" >"$work/log" ||
				why="counts differ"
		fi
		if [ -z "$why" ]; then
			echo "ok exact $version $name"
		else
			echo "not ok exact $version $name - $why"
			head -20 "$work/log" | sed 's/^/# /'
		fi
	done
done
