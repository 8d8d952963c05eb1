#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Every workload on every interpreter by every backend that works there: counts equal to the in-process count, function
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

for row in ${ROWS:-usdt:3.9 usdt:3.15 eval:3.9 eval:3.11 eval:3.13 eval:3.14 eval:3.15 eval:3.15-shared inline:3.9 inline:3.11 inline:3.13
	inline:3.14 inline:3.15 inline:3.15-shared}; do
	backend=${row%:*} version=${row#*:}
	python_use "$version"
	for path in "$tests_dir"/workloads/*.py; do
		name=$(basename "$path" .py)
		file=$PYDIR/workloads/$name.py
		# what the eval backend does there instead is another test's (tests/e2e/eval.sh)
		case $name:$row in deep:eval:3.1[2-9]* | deep:inline:3.1[2-9]*) continue ;; esac
		why=
		out=$work/oracle.json
		[ "$PYDIR" = "$tests_dir" ] || out=$PYDIR/oracle.json
		if ! "${PYTHON[@]}" "$PYDIR/oracle/oracle.py" count "$file" "$out" >"$work/log" 2>&1; then
			why="oracle failed"
		elif ! timeout 120 "$bpfprof" -q --backend="$backend" -o "$work/p.json" -- "${PYTHON[@]}" \
			"$PYDIR/oracle/oracle.py" plain "$file" >"$work/log" 2>&1; then
			why="bpfprof failed"
		else
			[ "$PYDIR" = "$tests_dir" ] || mv "$cache/forky$out" "$work/oracle.json"
			/usr/bin/python3 "$tests_dir/oracle/compare.py" "$work/oracle.json" \
				"$work/p.json" "$file" "$(expected_losses "$name")" >"$work/log" ||
				why="counts differ"
		fi
		cp "$work/p.json" "$work/$version-$name-$backend.json"
		if [ -z "$why" ]; then
			echo "ok exact $backend $version $name"
		else
			echo "not ok exact $backend $version $name - $why"
			head -20 "$work/log" | sed 's/^/# /'
		fi
	done
done

# The backends with one another, over the whole of a run; where the interpreter has probes too.
for version in 3.9 3.15; do
	for path in "$tests_dir"/workloads/*.py; do
		name=$(basename "$path" .py)
		same=("$work/$version-$name"-*.json)
		[ ${#same[@]} -gt 2 ] || continue
		if /usr/bin/python3 "$tests_dir/oracle/same.py" "${same[@]}" >"$work/log"; then
			echo "ok exact ${#same[@]} backends alike, $version $name"
		else
			echo "not ok exact ${#same[@]} backends alike, $version $name - counts differ"
			head -20 "$work/log" | sed 's/^/# /'
		fi
	done
done
