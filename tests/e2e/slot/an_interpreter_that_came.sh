#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# An interpreter that comes meanwhile is entered.
# shellcheck source=tests/e2e/slot/common.sh
. "$(dirname "$0")/common.sh"

is_counted() {
	sleep 0.1
	# one that was open when its interpreter was entered is there before its first call
	jq -e --arg f "$1" 'any(.functions[]; .name == $f and .ncalls > 0)' "$work/p.json" >/dev/null 2>&1
}

came() {
	enter "$version" "$backend" -i 0.2
	do_it new
	soon is_counted inner
	end
	is "$name: an interpreter that came" 'n("inner") > 0 and 0 < lost'
	stop
}

each came
