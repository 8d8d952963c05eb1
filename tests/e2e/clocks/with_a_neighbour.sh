#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What waits and what works, with a neighbour on its CPU.
# shellcheck source=tests/e2e/clocks/common.sh
. "$(dirname "$0")/common.sh"

with_a_neighbour() {
	run "$1" neighbour taskset -c 0 "${mine[@]}"
}

/usr/bin/python3 -c 'while True: pass' &
started+=($!)
taskset -cp 0 $! >/dev/null
each_row with_a_neighbour
