#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A process is attached to, and its death while attached leaves a profile.
# shellcheck source=tests/e2e/behave/common.sh
. "$(dirname "$0")/common.sh"

attach() {
	local name=$1 fifo=$work/fifo pid
	shift
	rm -f "$fifo"
	mkfifo "$fifo"
	"$@" -u -c '
import threading
def leaf(): pass
def work():
    while True:
        for _ in range(100): leaf()
threading.Thread(target=work, daemon=True).start()
print("ready", flush=True)
work()' >"$fifo" &
	pid=$!
	started+=("$pid")
	read -r _ <"$fifo"
	"$bpfprof" --usdt -p "$pid" -d 0.5 >"$work/out" 2>"$work/err"
	if ! grep -q '(leaf)' "$work/out"; then
		fail "attach $name" "leaf is not in the table"
	elif grep Lost: "$work/out" | grep -qv "reason was not seen"; then
		fail "attach $name" "losses"
	elif ! kill -0 "$pid"; then
		fail "attach $name" "the target died"
	else
		pass "attach $name"
	fi
	killed_json=$work/a.json
	: >"$work/err"
	"$bpfprof" --usdt -p "$pid" -o "$killed_json" 2>"$work/err" &
	local me=$!
	soon grep -q 'profiling process' "$work/err"
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	if wait "$me" && [ -s "$killed_json" ]; then
		pass "target killed while attached, $name"
	else
		fail "target killed while attached, $name" "no profile"
	fi
}
attach 3.15 "${PYTHON[@]}"
python_use 3.9
attach 3.9 "${PYTHON[@]}"
