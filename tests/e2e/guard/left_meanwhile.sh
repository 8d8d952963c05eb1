#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What was left while bpfprof was stopped and cannot be entered again at once is tried again, and it is said for how long
# nothing was counted.
# shellcheck source=tests/e2e/guard/common.sh
. "$(dirname "$0")/common.sh"

sandbox_make
gcc -O1 "-I$here/../../include" "$here/expired.c" -o "$work/expired"

# By its slot, or by its dispatch table.
is_entered() {
	"$bpfprof" probes -p "$target" 2>/dev/null | grep -Eq "^slot: +bpfprof's stub|hooked now"
}

# becomes NAME COMMAND...
becomes() {
	local name=$1
	shift
	if soon "$@"; then pass "$name"; else fail "$name" "it does not"; fi
}

for backend in inline eval; do
	start "${py[@]}" -u "$PYDIR/targets/selfcheck.py"
	target=$pid
	"$bpfprof" --bias off --backend=$backend -d 300 -p "$target" >"$work/out" 2>"$work/err" </dev/null &
	me=$!
	started+=("$me")
	becomes "$backend, left: entered" is_entered
	stopped=$(date +%s%3N)
	kill -STOP $me
	becomes "$backend, left: it leaves by itself" "$work/expired" "$target"
	left=$(date +%s%3N)
	mkfifo "$work/hold"
	exec 9<>"$work/hold"
	start "$work/sandbox" trace "$target" <"$work/hold"
	kill -CONT $me
	becomes "$backend, left: what is in the way is said" grep -q 'again: another tracer' "$work/err"
	held=$(date +%s%3N)
	stop
	exec 9>&-
	rm "$work/hold"
	becomes "$backend, left: entered again" is_entered
	entered=$(date +%s%3N)
	kill -INT $me
	wait $me
	status=$?
	ms=$(sed -n 's/.*Lost: \([0-9]*\) milliseconds, at most, in which nothing was counted.*/\1/p' "$work/out")
	if [ $status = 0 ] && [ "${ms:-0}" -ge $((held - left)) ] && [ "$ms" -le $((entered - stopped)) ]; then
		pass "$backend, left: for how long"
	else
		fail "$backend, left: for how long" \
			"status $status, '$ms' ms, not $((held - left)) to $((entered - stopped))"
	fi
	pid=$target stop
done
