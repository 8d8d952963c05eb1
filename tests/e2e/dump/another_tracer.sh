#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Where another tracer has the process its stop is not ours to end.
# shellcheck source=tests/e2e/dump/common.sh
. "$(dirname "$0")/common.sh"

start_said "${PYTHON[@]}" "$PYDIR/targets/stacks.py"
gcc -O1 -o "$work/sandbox" "$here/sandbox.c"
target=$pid
mkfifo "$work/hold"
exec 9<>"$work/hold"
start "$work/sandbox" trace "$target" <"$work/hold"
refuse "another tracer" 1 'another tracer' "$bpfprof" dump -p "$target"
stop
exec 9>&-
pid=$target
dumped "after another tracer" '  <module>$'
stop
