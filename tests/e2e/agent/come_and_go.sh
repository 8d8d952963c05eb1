#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Processes that come and go while it runs; who pushes; the end.
# shellcheck source=tests/e2e/agent/common.sh
. "$(dirname "$0")/common.sh"
serving "$work/got"
: >"$work/err"
"$bpfprof" agent --match "$work/nobody" --push "http://127.0.0.1:$port/ingest" \
	--spool "$work/spool" >"$work/out" 2>"$work/err" &
nobody=$!
soon grep -q 'no Python process' "$work/err"
kill -TERM $nobody
wait $nobody
if [ "$(grep -c 'no Python process is what was asked for so far' "$work/err")" = 1 ]; then
	pass "nobody fits: it says so"
else
	fail "nobody fits: it says so" "$(cat "$work/err")"
fi
start "${PYTHON[@]}" "$work/shop.py"
first=$pid
"${PYTHON[@]}" -c 'import time
while True: time.sleep(.01)' "$work/elsewhere" &
other=$!
started+=("$other")
agent /ingest --at-once 4 --every 0.2 --for 0.1
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
# So short that many end while it gets in, and stay as zombies: none is left out, and none is harmed.
cat >"$work/shopping.py" <<'E2'
import sys, time
def leaf(): pass
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end: leaf()
E2
bad=0
for _ in 1 2 3; do
	short=()
	for tenths in 1 2 3 4 5 6 1 2 3 4 5 6 1 2 3 4 5 6; do
		"${PYTHON[@]}" "$work/shopping.py" 0.$tenths &
		short+=($!)
	done
	for p in "${short[@]}"; do
		wait "$p" || bad=$((bad + 1))
	done
done
if [ $bad = 0 ] && ! grep -Eq 'left out|not profiled' "$work/err"; then
	pass "processes by the dozen, which end at once"
else
	fail "processes by the dozen, which end at once" "$bad failed"
fi
if ends && kill -0 "$second"; then
	pass "ends while others go"
else
	fail "ends while others go" "status is not 0, or the process died"
fi
