#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# ctl switches tracks off and on in mid-run, and clears.
# shellcheck source=tests/e2e/markers/common.sh
. "$(dirname "$0")/common.sh"

marked
turn() {
	ask ''
}

driven "$work/pie" switch
: >"$work/err"
"$bpfprof" -p "$pid" -o "$work/p.json" 2>"$work/err" &
me=$!
soon grep -q 'profiling process' "$work/err"
ctl() {
	"$bpfprof" ctl -p "$pid" "$@" || fail "ctl $*" "status is not 0"
}
turn
ctl track 3 off
turn
ctl stop
turn
ctl start
turn
ctl track 3 on
turn
kill -INT $me
wait $me
same 'switched off and on by ctl' "$(hits "$work/p.json")" '3,three,2000
4,four,4000'

: >"$work/err"
"$bpfprof" -p "$pid" -i 0.1 -f csv -o "$work/p.csv" 2>"$work/err" &
me=$!
soon grep -q 'profiling process' "$work/err"
turn
has_row() {
	grep -q "^4,four,$1," "$work/p.csv" 2>/dev/null
}
is_empty() {
	[ "$(wc -l <"$work/p.csv")" = 1 ]
}
soon has_row 1000
ctl clear
soon is_empty
turn
ctl track 3 off
kill -INT $me
wait $me
same 'cleared' "$(tail -n +2 "$work/p.csv" | cut -d, -f1-3)" '3,three,1000
4,four,1000'
stop
exec 9>&-
