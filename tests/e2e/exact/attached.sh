#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Attached when the code is hot: counts equal to the in-process count, function by function and caller by caller.
# shellcheck source=tests/e2e/exact/common.sh
. "$(dirname "$0")/common.sh"

# The target tells when it is hot and when its pass is done, and waits both times; bpfprof comes and goes
# in between.
attached() {
	local me status
	driven "${PYTHON[@]}" "$PYDIR/oracle/oracle.py" hot "${files[@]}" || return 1
	ready=$line
	: >"$work/out"
	: >"$work/err"
	"$bpfprof" --bias off --backend="$1" -p "$pid" -o "$work/p.json" >"$work/out" 2>"$work/err" 8<&- 9<&- &
	me=$!
	started+=("$me")
	soon attaching_ends "$me"
	echo >&9
	read -r -t 300 _ <&8
	kill -INT $me 2>/dev/null
	wait $me
	status=$?
	echo >&9
	wait "$pid" || status=1
	exec 9>&- 8<&-
	cat "$work/said" >>"$work/err"
	echo "$ready" >"$work/out"
	return $status
}

attaching_ends() {
	grep -q 'profiling process' "$work/err" || ! kill -0 "$1" 2>/dev/null
}

# With perf's trampolines on, nothing of the kind is specialised.
hot_is_hot() {
	local want="READY cold: none, missing: none"
	case $1 in *-perf) want="READY cold: *, missing: none" ;; esac
	[[ ${files[*]} == */hot.py* ]] || return
	# shellcheck disable=SC2053
	if [[ $(cat "$work/out") == $want ]]; then
		pass "$1: all was specialised"
	else
		fail "$1: all was specialised" "it was not, or has no workload"
	fi
}

all attached count-hot hot_is_hot
