#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A dump says of frames while they are profiled how long they are open: one called since, one open before.
# shellcheck source=tests/e2e/open/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/waits.py" <<'EOF2'
import os
def called():
    print("in it", flush=True)
    os.read(0, 100)
def outer():
    print("ready", flush=True)
    os.read(0, 100)
    called()
outer()
EOF2
rows=(inline:{3.9,3.11,3.15} eval:{3.11,3.15})
for row in ${ROWS:-${rows[@]}}; do
	python_use "${row#*:}"
	driven "${PYTHON[@]}" -c "$(cat "$work/waits.py")"
	counting -p "$pid" --backend="${row%:*}"
	ask ''
	"$bpfprof" dump -p "$pid" >"$work/out" 2>>"$work/err"
	has "$row: a dump says how long a frame is open" '^  <string>:4  called  open [0-9]+\.[0-9]{3} s$'
	has "$row: and how long at least, where it was open before" \
		'^  <string>:8  outer  open more than [0-9]+\.[0-9]{3} s$'
	"$bpfprof" dump -f json -p "$pid" >"$work/p.json" 2>>"$work/err"
	if why=$(python3 -c '
import json, sys
frames = {f["function"]: f for t in json.load(open(sys.argv[1]))["threads"] for f in t["frames"]}
assert frames["outer"]["open_before"] is True and frames["called"]["open_before"] is False, frames
assert 0 < frames["called"]["open_ns"] < frames["outer"]["open_ns"], frames' "$work/p.json" 2>&1); then
		pass "$row: and so does its JSON"
	else
		fail "$row: and so does its JSON" "$(tail -1 <<<"$why")"
	fi
	kill -INT "$me"
	wait "$me"
	"$bpfprof" dump -p "$pid" >"$work/out" 2>>"$work/err"
	has "$row: and not when nobody profiles it" '^  <string>:4  called$'
	echo >&9
	wait "$pid"
	exec 9>&- 8<&-
done
