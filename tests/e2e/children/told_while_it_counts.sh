#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Whoever is born while the run goes on by its own account is in its report.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/births.py" <<-'EOF'
	import os, select, sys, time
	now = time.monotonic_ns
	def work(): pass
	def birth():
	    before, pid = now(), os.fork()
	    if not pid:
	        work()
	        os._exit(0)
	    print(pid, before, now(), file=births)
	    return pid
	births = open(sys.argv[1], "w")
	print("ready", flush=True)
	while not select.select([0], [], [], 0)[0]:
	    for pid in [birth() for _ in range(8)]: os.waitpid(pid, 0)
EOF
cat >"$work/check.py" <<-'EOF'
	import json, re, sys
	p = json.load(open(sys.argv[1]))
	begin = p["target"]["start_ns"]
	end = begin + p["target"]["duration_ns"]
	births = [map(int, line.split()) for line in open(sys.argv[2])]
	within = {pid for pid, before, after in births if before >= begin and after <= end}
	untold = within - {q["pid"] for q in p["processes"]}
	said = sum(int(n) for note in p["notes"] for n in re.findall(r"^(\d+) child process(?:es)? began", note))
	assert len(untold) <= said, (len(within), len(untold), said)
EOF

driven "${PYTHON[@]}" "$work/births.py" "$work/births"
"$bpfprof" -q --bias off --children -d 0.5 -p "$pid" -o "$work/p.json" 2>"$work/err"
echo >&9
wait "$pid"
exec 8<&-
checks "eight at a time" "$work/check.py" "$work/p.json" "$work/births"
