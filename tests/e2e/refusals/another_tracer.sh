#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A process that another tracer has cannot be entered, and can be once that has gone.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

gcc -O1 "$here/sandbox.c" -o "$work/sandbox"
start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
target=$pid
exec 8<&-
mkfifo "$work/hold"
exec 9<>"$work/hold"
start "$work/sandbox" trace "$target" <"$work/hold"
refuse "traced by another" 1 "another tracer" "$bpfprof" -q -p "$target" -d 0.3
for backend in inline eval; do
	refuse "traced by another, $backend" 1 "another tracer" "$bpfprof" -q --backend=$backend -p "$target" -d 0.3
done
stop
exec 9>&-
pid=$target
attached "and profiled once that has gone" '\(fib\)' -q -d 0.3
stop
