#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A target that becomes another program again and again gives stacks or one line.
# shellcheck source=tests/e2e/dump/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/exec.py" <<'E2'
import os, sys
print("ready", flush=True)
os.execv(sys.executable, [sys.executable] + sys.argv)
E2
start_said "${PYTHON[@]}" "$work/exec.py"
bad=''
for i in {1..20}; do
	"$bpfprof" dump -p "$pid" >"$work/out" 2>"$work/err"
	case $?:$(wc -l <"$work/err"):$(cat "$work/err") in
	0:0:* | 1:1:* | 0:1:*"threads are missing: "*) ;;
	*) bad="$bad $i" ;;
	esac
done
if [ -z "$bad" ] && kill -0 "$pid"; then
	pass "a target that becomes another program again and again"
else
	fail "a target that becomes another program again and again" "$bad"
fi
