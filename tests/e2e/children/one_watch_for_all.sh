#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# However many children there are, each switch of the machine runs as many programs of ours, and each child is told
# its own time away from a CPU.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

# Children that wake one another up in turn; it says how many programs its parent has at switches.
cat >"$work/at_once.py" <<-'EOF'
	import os, sys, time
	children, pipes, begun = 8, [os.pipe() for _ in range(9)], os.pipe()
	def asleep(me):
	    os.write(begun[1], b"x")
	    os.read(pipes[me][0], 1)
	    time.sleep(0.2)
	    os.write(pipes[me + 1][1], b"x")
	for me in range(children):
	    if not os.fork():
	        asleep(me)
	        os._exit(0)
	for me in range(children): os.read(begun[0], 1)
	def says(fd):
	    try: return open(fd).read()
	    except FileNotFoundError: return ""
	def watches(me):
	    return sum("tp_name:\tsched_switch\n" in says(me + fd) for fd in os.listdir(me))
	print(watches(f"/proc/{os.getppid()}/fdinfo/"))
	os.write(pipes[0][1], b"x")
	for _ in range(children): os.wait()
EOF
cat >"$work/check.py" <<-'EOF'
	import json, sys
	p = json.load(open(sys.argv[1]))
	watches, children = int(open(sys.argv[2]).read()), 8
	asleep = next(f for f in p["functions"] if f["name"] == "asleep")
	assert watches == 3, watches  # the first process's own, and two for all others: of who leaves and who comes
	assert asleep["ncalls"] == children, asleep
	assert asleep["cum_off_ns"] >= sum(10**8 * n for n in range(1, children + 1)), asleep
	assert not any(p["losses"].values()), p["losses"]
EOF

"$bpfprof" -q --bias off --children -o "$work/p.json" -- "${PYTHON[@]}" "$work/at_once.py" >"$work/watches" 2>"$work/err"
checks "eight at a time" "$work/check.py" "$work/p.json" "$work/watches"
