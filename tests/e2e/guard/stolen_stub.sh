#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A process that shares the target's descriptors puts a file of root's where the stub's was: it stays as it is.
# shellcheck source=tests/e2e/guard/common.sh
. "$(dirname "$0")/common.sh"

gcc -O1 -shared -fPIC "$here/thief.c" -o "$work/thief.so"
cat >"$work/shares.py" <<'E2'
import ctypes, sys
thief = ctypes.CDLL(sys.argv[1]).thief__start(sys.argv[2].encode(), int(sys.argv[3]))
assert thief > 0
def f(): pass
print("ready", flush=True)
while True: f()
E2

# steals NAME BACKEND ALL: the file stays as it is, and bpfprof ends with a table or one line
steals() {
	local status
	echo "root's" >"$work/victim"
	start "${as_nobody[@]}" "${py[@]}" "$work/shares.py" "$work/thief.so" "$work/victim" "$3"
	timeout 60 "$bpfprof" -q --bias off --backend="$2" -p "$pid" -d 0.2 >"$work/out" \
		2>"$work/err" </dev/null
	status=$?
	if [ "$(tr -d '\0' <"$work/victim")" != "root's" ]; then
		fail "$1" "the victim was written to"
	elif ! kill -0 "$pid" 2>/dev/null; then
		fail "$1" "the target died"
	elif [ $status = 124 ] || [ "$status$(wc -l <"$work/err")" != 11 ] &&
		! grep -q 'function calls' "$work/out"; then
		fail "$1" "status $status"
	else
		pass "$1"
	fi
	stop
}

for backend in eval inline; do
	steals "a stolen stub, $backend" $backend 0
	steals "all descriptors stolen, $backend" $backend 1
done
