#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Thousands of threads are shown whole; a stack that is too deep is cut, and says so.
# shellcheck source=tests/e2e/dump/common.sh
. "$(dirname "$0")/common.sh"

start_said "${PYTHON[@]}" "$work/many.py" 3000 3
dumped "3000 threads" '^Thread'
counts="$(grep -c '^Thread' "$work/out") and $(grep -c '  deep$' "$work/out")"
[ "$counts" = "3001 and 12000" ] || fail "3000 threads and their frames" "$counts"
stop
start_said "${PYTHON[@]}" "$work/many.py" 1 120000
dumped "a stack that is too deep is cut, and says so" '^  \.\.\. more than are read$'
[ "$(grep -c '  deep$' "$work/out")" = 100000 ] || fail "a deep stack" "frames are missing"
stop
