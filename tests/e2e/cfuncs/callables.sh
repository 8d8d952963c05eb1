#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# All that is called and not Python's (--builtins=all), from 3.12 on.
# shellcheck source=tests/e2e/cfuncs/common.sh
. "$(dirname "$0")/common.sh"

# Where the interpreter tells of C functions alone, that is said; where of all, nothing is.
said_what_is_missing() {
	local want=0
	! is_old "$1" || want=1
	"$bpfprof" -q --bias off --builtins=all --builtins=require -o "$work/n.json" -- "${PYTHON[@]}" -c 'len(str(1))' \
		>"$work/out" 2>"$work/err"
	if [ "$(grep -c '"--builtins=all: C functions alone' "$work/n.json")" = "$want" ]; then
		pass "what is missing is said, $1"
	else
		fail "what is missing is said, $1" "not $want notes"
	fi
}

# Whatever is called and not Python's, held against a tool of sys.monitoring's own.
all_of_them() {
	! is_old "$1" || return 0
	"${PYTHON[@]}" "$PYDIR/oracle/callables.py" count >"$work/counted"
	"$bpfprof" -q --bias off --builtins=all --builtins=require -o "$work/p.json" -- "${PYTHON[@]}" \
		"$PYDIR/oracle/callables.py" plain >"$work/out" 2>"$work/err"
	if ! /usr/bin/python3 "$tests_dir/oracle/callables.py" compare "$work/counted" "$work/p.json" \
		>"$work/out" 2>>"$work/err" || [ -s "$work/out" ]; then
		fail "all that sys.monitoring tells of, $1" "counts differ"
	else
		pass "all that sys.monitoring tells of, $1"
	fi
}

each_version said_what_is_missing all_of_them
