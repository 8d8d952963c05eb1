#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The kernel refuses one table, program, probe or link in each of many runs, from the first to the last, for want of
# memory, rights or files. kernel_refuses.sh BPFPROF; EVERY=1 tries each one in turn.
set -uo pipefail

# shellcheck source=tests/e2e/faults/common.sh
. "$(dirname "$0")/common.sh" "$1"
gcc -O1 -shared -fPIC "$here/faults/kernelrefuses.c" -o "$work/refuses.so" || exit 1
export REFUSE_COUNT=$work/count
errors=(12 1 24 28 7) # ENOMEM, EPERM, EMFILE, ENOSPC, E2BIG

# stubs: mapped in the target; where nothing led to one it is not left there
stubs() {
	grep -c bpfprof- "/proc/$pid/maps"
}

# refusing AT: the AT-th of these calls fails, by each errno in turn
refusing() {
	local before
	before=$(stubs)
	faulty "call $1 with errno ${errors[$1 % 5]}" env LD_PRELOAD="$work/refuses.so" REFUSE_AT="$1" \
		REFUSE_ERROR="${errors[$1 % 5]}" "$bpfprof" --backend="$backend"
	[ "$status" = 0 ] || [ "$(stubs)" -le "$before" ] || wrong=${wrong:-"call $1: the stub is in it yet"}
}

for row in inline:3.11 eval:3.11 usdt:3.9; do
	python_use "${row#*:}"
	backend=${row%:*}
	target
	refusing 0
	read -r all <"$work/count"
	n=0
	for at in $(seq "${FROM:-1}" "${EVERY:-$((all / 10 + 1))}" "$all"); do
		refusing "$at"
		n=$((n + 1))
	done
	unharmed "$backend: the target outlives $n of $all" "$n"
	stop
	wrong=''
done
