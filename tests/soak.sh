#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Into every interpreter of this machine and out of it a thousand times, under four threads of load, then killed
# at one moment after another: what tests/e2e/entry asks of one of each kind. A minute or two for each
# interpreter and backend. soak.sh BUILD_DIR; VERSIONS="3.13t pyenv-3.12.1" BACKENDS=inline TIMES=100
# KILLS=10 runs a part.
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
bpfprof=$(realpath "$1")/bpfprof
# shellcheck source=tests/pythons.sh
. "$here/pythons.sh"
log=$(mktemp)
trap 'rm -f "$log"' EXIT

for version in ${VERSIONS:-$(pythons_all)}; do
	for backend in ${BACKENDS:-inline eval}; do
		begin=$SECONDS
		for case in launched deep_recursion in_and_out many_times bpfprof_killed; do
			TIMES=${TIMES:-1000} VERSIONS=$version BACKENDS=$backend "$here/e2e/entry/$case.sh" "$bpfprof" </dev/null 2>&1
		done | tee -a "$log"
		echo "# $version $backend: $((SECONDS - begin)) s"
	done
done
# Killed at random: of ten thousand runs in all.
for row in inline:3.11 eval:3.11 usdt:3.9; do
	python_use "${row#*:}"
	/usr/bin/python3 "$here/faults/kills.py" "$bpfprof" "${row%:*}" "${KILLS:-3334}" "${PYTHON[@]}" </dev/null 2>&1 | tee -a "$log"
done
failed=$(grep -c '^not ok' "$log")
echo "$(grep -c '^ok' "$log") passed, $failed failed"
[ "$failed" = 0 ]
