#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A process unmaps the stub or the tables while it is profiled, or maps something else over them, and makes no more
# calls: bpfprof ends with a table or in one line, and takes what leads there out again, so that the process goes on.
# shellcheck source=tests/e2e/guard/common.sh
. "$(dirname "$0")/common.sh"

library_make unmapper
cat >"$work/waits.py" <<'E2'
import ctypes, os, sys
lib = ctypes.CDLL(sys.argv[1])
libc = ctypes.CDLL(None)
assert not lib.unmapper__start(int(sys.argv[2]))
buffer = ctypes.create_string_buffer(8)
os.write(1, b"ready\n")
libc.read(0, buffer, 1)  # until bpfprof has left
os.write(2, b"done %d\n" % lib.unmapper__done())
E2

ways=("unmapped" "zeroes over it" "garbage over it" "the tables unmapped")
for backend in inline eval; do
	for how in 0 1 2 3; do
		[ "$backend$how" != eval3 ] || continue # none are shared there
		name="$backend, ${ways[how]}"
		mkfifo "$work/go"
		exec {go}<>"$work/go"
		start "${as_nobody[@]}" "${py[@]}" "$work/waits.py" "$work/unmapper.so" "$how" <&"$go"
		timeout 60 "$bpfprof" -q --bias off --backend=$backend -p "$pid" -d 0.5 >"$work/out" 2>"$work/err" </dev/null
		status=$?
		echo >&"$go"
		if [ $status -gt 1 ] || { [ $status = 1 ] && [ "$(wc -l <"$work/err")" != 1 ]; }; then
			fail "$name" "status $status"
		elif ! wait "$pid" || ! grep -q 'done 1' "$work/said"; then
			fail "$name" "the process did not go on"
		else
			pass "$name"
		fi
		stop
		exec {go}<&-
		rm "$work/go"
	done
done
