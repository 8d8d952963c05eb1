#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Feeds each reader what is made of its corpus. run.sh BUILD_DIR [SECONDS]: without SECONDS the
# same inputs each time, a few seconds' worth. What a reader fails on stays in BUILD_DIR/tests/fuzz.
set -uo pipefail

build=$(realpath "$1")
seconds=${2:-}
cd "$(dirname "$0")" || exit 1
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
[ -n "$seconds" ] && limits=(-max_total_time="$seconds") || limits=(-seed=1 -runs=20000)

failed=0
for source in fuzz_*.c; do
	name=${source#fuzz_}
	name=${name%.c}
	mkdir "$found/$name"
	if "$build/tests/fuzz/fuzz_$name" "${limits[@]}" -max_len=8192 -timeout=60 -print_final_stats=1 \
		-artifact_prefix="$build/tests/fuzz/$name-" "$found/$name" "corpus/$name" \
		>"$found/log" 2>&1; then
		echo "ok fuzz $name"
	else
		failed=1
		echo "not ok fuzz $name - it fails on $build/tests/fuzz/$name-*"
		grep -vE '^#[0-9]' "$found/log" | head -40 | sed 's/^/# /'
	fi
done
exit $failed
