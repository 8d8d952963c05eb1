#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Calls of C functions that have no end, or none that is seen.
# shellcheck source=tests/e2e/cfuncs/common.sh
. "$(dirname "$0")/common.sh"

# bpfprof leaves while a C function calls Python.
in_the_middle() {
	target
	enter --builtins -o "$work/p.json" -o -
	ask doze
	ask sort
	leave INT
	has "a call that is open at the end, $1" ' 1 +[0-9. ]+ \{built-in method builtins.sorted\}'
	if python3 -c 'import json, sys
slept = [f for f in json.load(open(sys.argv[1]))["functions"] if f["name"] == "<built-in method time.sleep>"]
sys.exit(len(slept) != 1 or slept[0]["ncalls"] != 10 or slept[0]["own_off_ns"] < 10e6)' "$work/p.json"; then
		pass "a sleep is time blocked, $1"
	else
		fail "a sleep is time blocked, $1" "it is not"
	fi
	ask 2
	says "it goes on, $1" "['b', 'a']" 1
	says "and nothing stays, $1" none tools
	stop
}

each_version in_the_middle
