#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A reading holds what was counted up to its moment: of one thread no more time than has gone by.
# shellcheck source=tests/e2e/live/common.sh
. "$(dirname "$0")/common.sh"

start "${PYTHON[@]}" -c 'import time
def nap(): time.sleep(.01)
while True: nap()'
cat >"$work/gone.py" <<'EOT'
import json, sys
ticks = [t for t in map(json.loads, open(sys.argv[1])) if t["record"] == "tick"]
gone = took = 0
for t in ticks:
    gone += t["target"]["duration_ns"]
    took += sum(f["raw_tottime_ns"] for f in t["functions"])
    # the ratio of the two clocks gets better with each reading
    assert 0 < took <= gone + 1e6, (took / 1e9, gone / 1e9)
assert len(ticks) > 1, len(ticks)
EOT
for backend in inline eval; do
	"$bpfprof" -q --backend=$backend -p "$pid" -i 0.2 -d 1 -o "$work/$backend.ndjson" 2>"$work/err"
	checks "$backend: no more than the time gone by" "$work/gone.py" "$work/$backend.ndjson"
done
stop
