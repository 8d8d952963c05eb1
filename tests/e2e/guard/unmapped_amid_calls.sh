#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A process unmaps the stub, or maps something else over it, while threads of its own are in there: they die of that,
# which is the process's own doing. bpfprof says in one line, or by a profile that is whole, what it has.
# shellcheck source=tests/e2e/guard/common.sh
. "$(dirname "$0")/common.sh"

library_make unmapper
cat >"$work/calls.py" <<'E2'
import ctypes, sys, threading
lib = ctypes.CDLL(sys.argv[1])
def f(n): return n and f(n - 1)
def calls():
    while True: f(20)
assert not lib.unmapper__start(int(sys.argv[2]))
for _ in range(2): threading.Thread(target=calls).start()
print("ready", flush=True)
calls()
E2
trap : SEGV BUS ILL # bash does not say then that a process of ours has died so

ways=("unmapped" "zeroes over it" "garbage over it" "the tables unmapped")
for backend in inline eval; do
	for how in 0 1 2 3; do
		[ "$backend$how" != eval3 ] || continue # none are shared there
		name="$backend, ${ways[how]}"
		start "${as_nobody[@]}" "${py[@]}" "$work/calls.py" "$work/unmapper.so" "$how"
		timeout 60 "$bpfprof" -q --bias off --backend=$backend -p "$pid" -d 1 -o "$work/x.json" >"$work/out" \
			2>"$work/err" </dev/null
		status=$?
		if [ $status -gt 1 ] || { [ $status = 1 ] && [ "$(wc -l <"$work/err")" != 1 ]; }; then
			fail "$name" "status $status"
		elif [ $status = 0 ] && ! jq -e '.functions | type == "array"' "$work/x.json" >"$work/out"; then
			fail "$name" "no whole profile"
		else
			pass "$name"
		fi
		stop
		rm -f "$work/x.json"
	done
done
