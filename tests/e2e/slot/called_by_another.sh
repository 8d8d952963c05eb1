#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Another evaluator is set that calls ours.
# shellcheck source=tests/e2e/slot/common.sh
. "$(dirname "$0")/common.sh"

called_by_another() {
	enter "$version" "$backend"
	do_it a
	do_it chain
	soon is_entered
	do_it b # passes two of ours
	do_it back
	do_it c
	end
	is "$name: an evaluator that calls ours" '[n(f) for f in "abc"] == [1000] * 3 and 0 < lost'
	left "$name: then the slot is as before" "CPython's own"
	do_it d
	exec 9>&-
	stop
}

each_that_can_set called_by_another
