#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# bpfprof comes, counts, and goes: nothing of it stays.
# shellcheck source=tests/e2e/cfuncs/common.sh
. "$(dirname "$0")/common.sh"

# Comes, counts, and goes.
comes_and_goes() {
	local tool=3:bpfprof
	! is_old "$1" || tool=bpfprof
	target
	enter --builtins
	ask work 1
	ask work 1000
	says "it is in the way, $1" "$tool" tools
	says "a forked child gives it back, $1" none child
	leave INT
	has "calls of C functions, $1" ' 1001 +[0-9. ]+ \{method .append. of .list. objects\}'
	ask work 1
	says "it is gone, $1" none tools
	case $1 in 3.11 | 3.14) killed "$1" ;; esac
	stop
}

# By itself, two seconds later.
killed() {
	enter --builtins
	ask work 1
	leave KILL
	if soon has_left; then pass "bpfprof was killed, $1"; else fail "bpfprof was killed, $1" "it stays $line"; fi
}

# The program's own profile function, before and after.
wrapped() {
	is_old "$1" || return 0
	target
	ask profile 1
	enter --builtins
	ask work 100
	leave INT
	ask work 1
	says "the program's own is back, $1" python tools
	says "it was called all the time, $1" 101 profile 0
	stop
}

each_version comes_and_goes wrapped
