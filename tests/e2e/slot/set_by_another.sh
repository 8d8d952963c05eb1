#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Another evaluator is set, and CPython's own again: bpfprof enters again each time.
# shellcheck source=tests/e2e/slot/common.sh
. "$(dirname "$0")/common.sh"

set_by_another() {
	local first
	enter "$version" "$backend"
	do_it a
	do_it set
	soon is_entered
	do_it b
	first=$line
	do_it c
	if [ $((line - first)) -ge 1000 ]; then
		pass "$name: another's evaluator is called"
	else
		fail "$name: another's evaluator is called" "$line after $first"
	fi
	do_it default
	soon is_entered
	do_it d
	end
	is "$name: another evaluator was set, and the default" \
		'[n(f) for f in "abcd"] == [1000] * 4 and 0 < lost < 60000'
	left "$name: then the slot is as the program left it" "CPython's own"
	exec 9>&-
	stop
}

each_that_can_set set_by_another
