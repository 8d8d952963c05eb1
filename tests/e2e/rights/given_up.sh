#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What is not needed any more is given up, by each thread.
# shellcheck source=tests/e2e/rights/common.sh
. "$(dirname "$0")/common.sh"

target 1 3.9

# have_given_up: no thread of bpfprof may load modules; $caps is what they all have
have_given_up() {
	local one
	caps=0
	while read -r one; do
		caps=$((caps | 16#$one))
	done < <(sed -n 's/^CapPrm:\t//p' "/proc/$me/task"/*/status)
	((!(caps >> 16 & 1)))
}

# caps_while OPTION...: $caps, the capabilities that any thread of bpfprof has while it counts, and none but these;
# $unfiltered, how many threads have no filter of system calls
caps_while() {
	local me
	counting "$@" -p "$pid"
	soon have_given_up # a thread that starts gives up its own
	unfiltered=$(grep -L '^Seccomp:.2' "/proc/$me/task"/*/status | wc -l)
	kill -INT "$me"
	wait "$me"
}

# lessened NAME ADMIN: of those no more than measuring takes, and SYS_ADMIN where ADMIN is 1
lessened() {
	if ((caps >> 16 & 1 || caps >> 6 & 1 || caps >> 7 & 1)); then # SYS_MODULE, SETGID, SETUID
		fail "given up, $1" "it could still load modules or change the user: $(printf %x "$caps")"
	elif ((!(caps >> 19 & 1))) || [ $((caps >> 21 & 1)) != "$2" ]; then
		fail "given up, $1" "SYS_PTRACE is gone, or SYS_ADMIN is not as it should be"
	elif [ "$unfiltered" != 0 ]; then
		fail "given up, $1" "$unfiltered threads may make any system call"
	else
		pass "given up, $1"
	fi
}

for backend in inline eval usdt; do
	caps_while --backend=$backend
	lessened "$backend" 1
	has "counted meanwhile by $backend" '\(fib\)'
	caps_while --backend=$backend --no-markers
	lessened "$backend without markers" 0
	has "counted meanwhile by $backend without markers" '\(fib\)'
done
caps_while serve --listen 127.0.0.1:0 --no-markers
lessened "serve" 0
stop
