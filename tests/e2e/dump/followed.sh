#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A process that a bpfprof follows has that for its tracer: it is named, and what to do.
# shellcheck source=tests/e2e/dump/common.sh
. "$(dirname "$0")/common.sh"

start_said "${PYTHON[@]}" "$PYDIR/targets/stacks.py"
target=$pid
counting --children -p "$target"
refuse "another bpfprof follows it" 1 "bpfprof, process $me, .*--children.* kill -INT $me" "$bpfprof" dump -p "$target"
refuse "to profile it likewise" 1 "another bpfprof is profiling it, process $me;" \
	"$bpfprof" -q -p "$target" -d 0.1
kill -INT "$me"
wait "$me"
dumped "once that has ended" '  <module>$'
stop
