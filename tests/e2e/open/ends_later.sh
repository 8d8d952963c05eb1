#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What ends after the attach: a frame that was open returns, and is called again.
# shellcheck source=tests/e2e/open/common.sh
. "$(dirname "$0")/common.sh"

rows=({inline,eval}:{3.9,3.11} usdt:{3.9,3.15} inline:3.1{1,3,5}:slot eval:3.1{1,5}:slot)
for row in ${ROWS:-${rows[@]}}; do
	use "$row"
	begin ends.py
	counting -p "$pid" --backend="$backend" -o "$work/p.json"
	ask ''
	kill -INT "$me"
	wait "$me"
	if why=$(python3 -c '
import json, sys
p = json.load(open(sys.argv[1]))
f = {f["name"]: (f["ncalls"], f["primitive_calls"], f["open"]) for f in p["functions"] if f["file"].endswith("/ends.py")}
e = {(e["caller_name"], e["callee_name"]): (e["ncalls"], e["open"]) for e in p["edges"] if e["caller_file"].endswith("/ends.py")}
assert f == {"<module>": (0, 0, 1), "outer": (0, 0, 1), "middle": (10, 10, 1), "inner": (11, 10, 1)}, f
assert e == {("<module>", "outer"): (0, 1), ("outer", "middle"): (10, 1), ("middle", "inner"): (10, 1), ("inner", "inner"): (1, 0)}, e
assert not p["losses"].keys() - {"unsplit"}, p["losses"]' "$work/p.json" 2>&1); then
		pass "$row: what ends later, and is called again"
	else
		fail "$row: what ends later, and is called again" "$(tail -1 <<<"$why")"
	fi
	echo >&9
	[ -z "$slot" ] || stop # meddles.py reads on
	wait "$pid" 2>/dev/null
	exec 9>&- 8<&-
done
