#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A program ends under bpfprof as it does alone, and its last function is counted.
# shellcheck source=tests/e2e/behave/common.sh
. "$(dirname "$0")/common.sh"

expect "normal end" 0 "${prof[@]}" -- "${py[@]}" -c pass
expect "sys.exit(3)" 3 "${prof[@]}" -- "${py[@]}" -c 'import sys; sys.exit(3)'
expect "exception" 1 "${prof[@]}" -- "${py[@]}" -c '1/0'
expect "os._exit(4)" 4 "${prof[@]}" -- "${py[@]}" -c 'import os; os._exit(4)'
for sig in TERM KILL INT; do
	expect "SIG$sig" $((128 + $(kill -l $sig))) "${prof[@]}" -- "${py[@]}" -c \
		"import os, signal; signal.signal(2, signal.SIG_DFL); os.kill(os.getpid(), signal.SIG$sig)"
done
expect "atexit is seen" 0 "${prof[@]}" -- "${py[@]}" -c \
	$'import atexit\ndef last(): pass\natexit.register(last)'
has "atexit handler counted" '\(last\)'
has "site is seen" 'site.py:.*\(main\)'
