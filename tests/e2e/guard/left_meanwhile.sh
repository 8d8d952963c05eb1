#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What was left while bpfprof was stopped and cannot be entered again at once is tried again, said, and counted.
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
	kill -STOP $me
	becomes "$backend, left: it leaves by itself" "$work/expired" "$target"
	mkfifo "$work/hold"
	exec 9<>"$work/hold"
	start "$work/sandbox" trace "$target" <"$work/hold"
	kill -CONT $me
	becomes "$backend, left: what is in the way is said" grep -q 'again: another tracer' "$work/err"
	stop
	exec 9>&-
	rm "$work/hold"
	becomes "$backend, left: entered again" is_entered
	kill -INT $me
	wait $me
	status=$?
	grep -q 'Lost: 1 time that nothing was counted' "$work/out" && [ $status = 0 ]
	# shellcheck disable=SC2181
	if [ $? = 0 ]; then pass "$backend, left: counted"; else fail "$backend, left: counted" "status $status"; fi
	pid=$target stop
done
