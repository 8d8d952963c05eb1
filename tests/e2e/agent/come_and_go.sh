#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Processes that come and go while it runs; who pushes; the end.
# shellcheck source=tests/e2e/agent/common.sh
. "$(dirname "$0")/common.sh"
serving "$work/got"
start "${PYTHON[@]}" "$work/shop.py"
first=$pid
"${PYTHON[@]}" -c 'import time
while True: time.sleep(.01)' "$work/elsewhere" &
other=$!
started+=("$other")
agent /ingest --at-once 2
# of PID: a profile of it was seen
of() {
	[ -e "$got/seen" ] && grep -q "\"pid\": \"$1\"" "$got/seen"
}
soon of "$first"
start "${PYTHON[@]}" "$work/shop.py"
second=$pid
kill -9 "$first"
soon of "$second"
if of "$second" && ! of "$other"; then
	pass "one that came later, and none that was not asked for"
else
	fail "one that came later, and none that was not asked for" "$(seen '[.[].labels.pid]')"
fi
pusher=$(pgrep -P "$me" | while read -r p; do
	grep -q 'CapEff:.0000000000000000' "/proc/$p/status" && echo "$p"
done)
if [ -n "$pusher" ] && grep -q 'NoNewPrivs:.1' "/proc/$pusher/status"; then
	pass "who pushes has no rights"
else
	fail "who pushes has no rights" "none of the processes has none"
fi
if ends && kill -0 "$second"; then
	pass "ends while others go"
else
	fail "ends while others go" "status is not 0, or the process died"
fi
