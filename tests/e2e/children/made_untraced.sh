#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A child that is made such that nobody may trace it is not counted, and a note says so; and so are those of
# several processes that are not followed.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/makes.py" <<-'E2'
	import ctypes, os, platform, signal, sys
	CLONE_UNTRACED = 0x00800000
	clone = {"x86_64": 56, "aarch64": 220}[platform.machine()]
	syscall = ctypes.CDLL(None).syscall
	def work(): pass
	def make(flags):
	    child = syscall(clone, flags | signal.SIGCHLD, 0, 0, 0, 0)
	    if not child:
	        work()
	        os._exit(0)
	    os.waitpid(child, 0)
	if "waits" in sys.argv:
	    print("ready", flush=True)
	    sys.stdin.readline()
	make(CLONE_UNTRACED)
	make(0)
	make(CLONE_UNTRACED)
	print("made", flush=True)
E2

for backend in inline eval; do
	"$bpfprof" --backend=$backend --children -o "$work/p.json" -- "${PYTHON[@]}" "$work/makes.py" >"$work/out" 2>"$work/err"
	"$bpfprof" report "$work/p.json" >"$work/out"
	has "$backend: two that nobody may trace" '^ *Note: 2 child processes were not followed: made with CLONE_UNTRACED$'
	has "$backend: the third is counted" '^ +1 .*\(work\)$'
done

start "${PYTHON[@]}" -c 'import signal; print("ready", flush=True); signal.pause()'
exec 8<&-
other=$pid
driven "${PYTHON[@]}" "$work/makes.py" waits
counting -p "$pid" -p "$other" -o "$work/p.json"
ask go
kill -INT "$me"
wait "$me"
"$bpfprof" report "$work/p.json" >"$work/out"
has "of two processes, without --children" '^ *Note: 3 child processes were not followed$'
stop
