#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A seccomp filter that forbids what bpfprof would do in the process: refused, or by the probes.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

gcc -O1 "$here/sandbox.c" -o "$work/sandbox"

filtered() {
	local how
	for how in errno kill; do
		start "$work/sandbox" $how "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
		refuse "$backend: seccomp: $how" 1 'seccomp filter forbids socketpair' \
			"${prof[@]}" --backend="$backend" -p "$pid"
		is_well "$backend: seccomp: $how: the target is well"
		stop
	done
}

python_use 3.11
each_backend filtered
python_use 3.9
start "$work/sandbox" errno "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
attached "seccomp: auto takes the probes instead" '\(fib\)' --bias off -d 0.3 -v
if grep -q 'backend usdt' "$work/err"; then
	pass "seccomp: auto says so"
else
	fail "seccomp: auto says so" "it does not"
fi
stop
