#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Threads have the names in a profile that a dump gives them.
# shellcheck source=tests/e2e/dump/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/names.py" <<'E2'
import sys, threading
def f(): pass
def work():
    while True:
        for _ in range(1000): f()
for name in "größe", "a name of more than 15 bytes", 'quotes " and \x1b':
    threading.Thread(target=work, daemon=True, name=name).start()
print("ready", flush=True)
threading.Event().wait()
E2
for how in plain inner; do
	python_use 3.11
	case $how in
	plain) start_said "${PYTHON[@]}" "$work/names.py" ;;
	inner)
		start_said unshare --pid --fork --kill-child "${PYTHON[@]}" "$work/names.py"
		outer=$pid
		pid=$(pgrep -P "$outer")
		;;
	esac
	"$bpfprof" -q -p "$pid" -d 0.4 -f json -o "$work/names.json" 2>"$work/err"
	names=$(python3 -c 'import json, sys
print(sorted(t["name"] for t in json.load(open(sys.argv[1]))["threads"]))' "$work/names.json")
	if [ "$names" = "['MainThread', 'a name of more than 15 bytes', 'größe', 'quotes \" and \\x1b']" ]; then
		pass "names of threads in a profile: $how"
	else
		fail "names of threads in a profile: $how" "$names"
	fi
	[ $how = plain ] || pid=$outer
	stop
done
