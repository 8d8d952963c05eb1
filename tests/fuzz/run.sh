#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Feeds each reader what is made of its corpus. run.sh BUILD_DIR [SECONDS]: SECONDS in all, each an equal
# part; without SECONDS the same inputs each time, a minute's worth at most. What a reader fails on stays in
# BUILD_DIR/tests/fuzz.
set -uo pipefail

build=$(realpath "$1")
seconds=${2:-}
cd "$(dirname "$0")" || exit 1
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
sources=(fuzz_*.c)

# limits NAME: how long; of tables, each of which is written in every format and read again, 100 a second
limits() {
	local runs=20000
	[ "$1" != tables ] || runs=1000
	[ -n "$seconds" ] && echo "-max_total_time=$((seconds / ${#sources[@]}))" || echo "-seed=1 -runs=$runs"
}

failed=0
for source in "${sources[@]}"; do
	name=${source#fuzz_}
	name=${name%.c}
	mkdir "$found/$name"
	# shellcheck disable=SC2046
	if "$build/tests/fuzz/fuzz_$name" $(limits "$name") -max_len=16384 -timeout=60 -print_final_stats=1 \
		-artifact_prefix="$build/tests/fuzz/$name-" "$found/$name" "corpus/$name" \
		>"$found/log" 2>&1; then
		echo "ok fuzz $name${seconds:+, $(sed -n 's/^stat::number_of_executed_units: *//p' "$found/log") inputs}"
	else
		failed=1
		echo "not ok fuzz $name - it fails on $build/tests/fuzz/$name-*"
		grep -vE '^#[0-9]' "$found/log" | head -40 | sed 's/^/# /'
	fi
done
exit $failed
