#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Inside a pid namespace, where processes have other numbers than the kernel knows them by, time off the CPU is seen.
# shellcheck source=tests/e2e/guard/common.sh
. "$(dirname "$0")/common.sh"

for backend in inline eval; do
	unshare --pid --fork --mount-proc --kill-child "$bpfprof" -q --bias off --backend=$backend \
		-o "$work/p.json" -- "${py[@]}" "$work/sleeps.py" >"$work/out" 2>"$work/err"
	if python3 - "$work/p.json" <<'E2' 2>>"$work/err"; then
import json, sys
f, = (f for f in json.load(open(sys.argv[1]))["functions"] if f["name"] == "sleeps")
assert f["ncalls"] == 1 and f["cum_off_ns"] > 190000000, f
E2
		pass "$backend, in a pid namespace: time off the CPU"
	else
		fail "$backend, in a pid namespace: time off the CPU" "$(tail -1 "$work/err")"
	fi
done
