#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What is not needed any more is given up.
# shellcheck source=tests/e2e/rights/common.sh
. "$(dirname "$0")/common.sh"

target 1 3.9

# caps_while OPTION...: the capabilities that bpfprof has while it counts, and none but these
caps_while() {
	: >"$work/err"
	local me
	counting -p "$pid" "$@"
	caps=$(sed -n 's/^CapPrm:\t//p' "/proc/$me/status")
	kill -INT "$me"
	wait "$me"
}
for no in '' --no-markers; do
	caps_while --backend=eval $no
	caps=$((16#$caps))
	if ((caps >> 16 & 1 || caps >> 6 & 1 || caps >> 7 & 1)); then # SYS_MODULE, SETGID, SETUID
		fail "given up${no:+, $no}" "it could still load modules or change the user"
	elif ((!(caps >> 19 & 1))) || [ $((caps >> 21 & 1)) = "${no:+1}" ]; then
		fail "given up${no:+, $no}" "SYS_PTRACE is gone, or SYS_ADMIN still there"
	elif ! grep -q '(fib)' "$work/out"; then
		fail "given up${no:+, $no}" "no table"
	else
		pass "given up${no:+, $no}"
	fi
done
stop
