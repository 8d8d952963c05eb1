#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A target that dies while it is looked at gives stacks or one line.
# shellcheck source=tests/e2e/dump/common.sh
. "$(dirname "$0")/common.sh"

bad=''
for i in 1 2 3 4 5 6 7 8 9 10; do
	start_said "${PYTHON[@]}" "$work/many.py" 300 30
	"$bpfprof" dump -p "$pid" >"$work/out" 2>"$work/err" &
	me=$!
	timeout 0.0$((i * 3)) tail -f /dev/null
	stop
	wait $me
	case $?:$(wc -l <"$work/err"):$(cat "$work/err") in
	0:0:* | 1:1:* | 0:1:*"threads are missing: "*) ;;
	*) bad="$bad $i" ;;
	esac
done
if [ -z "$bad" ]; then
	pass "a target that dies meanwhile"
else
	fail "a target that dies meanwhile" "$bad"
fi
