#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Frames that are open at the attach are not counted, are marked, and are no loss.
# shellcheck source=tests/e2e/places/common.sh
. "$(dirname "$0")/common.sh"

start "${py[@]}" -c '
import os, sys
def down(n):
    if n: return down(n - 1)
    print("ready", flush=True)
    while not os.path.exists(sys.argv[1]): pass
down(50)
def after(): pass
after()' "$work/flag"
: >"$work/out"
: >"$work/err"
"$bpfprof" --usdt -p "$pid" >"$work/out" 2>"$work/err" &
soon grep -q 'profiling process' "$work/err"
touch "$work/flag"
wait $!
has "frames open at attach are not counted" '\(after\)'
has "frames open at attach are marked, and not called" '^ +0 .*\(down\).* \+$'
if grep Lost "$work/out" | grep -qv "reason was not seen"; then
	fail "frames open at attach are no loss" "they are"
else
	pass "frames open at attach are no loss"
fi
