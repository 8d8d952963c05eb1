#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A process writes at random into the tables that it shares with bpfprof, and into the stub's state, while it is
# profiled: bpfprof ends as ever, with a whole profile or in one line. What it writes may be the process's own
# death, and nobody else's.
# shellcheck source=tests/e2e/guard/common.sh
. "$(dirname "$0")/common.sh"

library_make scribbler
cat >"$work/scribbles.py" <<'E2'
import ctypes, sys
lib = ctypes.CDLL(sys.argv[1])
def f(n): return n and f(n - 1)
def generate():
    for i in range(3): yield f(i)
assert not lib.scribbler__start(int(sys.argv[2]))
print("ready", flush=True)
while sys.argv[3] == "calls": sum(generate())
for line in sys.stdin: print(lib.scribbler__words(), flush=True)
E2

trap : SEGV BUS ILL ABRT FPE # bash does not say then that a process of ours has died so

# whole: $work/x.json is a profile that can be read and printed, with nothing in it that drives a terminal
whole() {
	jq -e '.functions | type == "array"' "$work/x.json" >"$work/out" &&
		"$bpfprof" report "$work/x.json" >"$work/out" 2>"$work/err" &&
		! LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f]' "$work/out"
}

# one_line: $work/err has one, and may have another that says where the profile is, which is whole
one_line() {
	local kept
	kept=$(sed -n 's/^bpfprof: the profile went to \(.*\); print .*/\1/p' "$work/err")
	cp "$work/err" "$work/lines"
	[ -z "$kept" ] || { mv "$kept" "$work/x.json" && whole; } || return
	[ "$(grep -cv '^bpfprof: the profile went to ' "$work/lines")" = 1 ] && ! grep -qv '^bpfprof: ' "$work/lines"
}

# survives NAME ALL CALLS OPTION...: bpfprof does
survives() {
	local name=$1 status
	start "${as_nobody[@]}" "${py[@]}" -u "$work/scribbles.py" "$work/scribbler.so" "$2" "$3"
	shift 3
	timeout 60 "$bpfprof" -q --bias off --backend=inline -p "$pid" -d 0.4 -i 0.1 -o "$work/x.json" "$@" \
		>"$work/out" 2>"$work/err" </dev/null
	status=$?
	if [ $status -gt 1 ]; then
		fail "$name" "status $status"
	elif [ $status = 1 ] && ! one_line; then
		fail "$name" "not one line"
	elif [ $status = 0 ] && ! whole; then
		fail "$name" "no whole profile"
	else
		pass "$name"
	fi
	stop
}

# shellcheck disable=SC2086
for views in '' --paths "--timeline=50 -o $work/x.trace.json" --coroutines --builtins --io; do
	survives "tables${views:+, ${views% -o *}}" 0 waits $views
	survives "tables while calls are made${views:+, ${views% -o *}}" 0 calls $views
	survives "the stub's state too${views:+, ${views% -o *}}" 1 calls $views
done
