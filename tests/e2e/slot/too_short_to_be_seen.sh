#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Interpreters that end before bpfprof looks are a loss, and how many is known.
# shellcheck source=tests/e2e/slot/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/short.py" <<-'EOF'
	import os, signal, sys
	import _xxsubinterpreters as interpreters
	def short():
	    one = interpreters.create()
	    interpreters.run_string(one, "def inner(): pass\ninner()")
	    interpreters.destroy(one)
	if "alone" in sys.argv: # bpfprof stands still, until this has ended
	    open(sys.argv[2], "w").write(str(os.getpid()))
	    os.kill(os.getppid(), signal.SIGSTOP)
	    while open(f"/proc/{os.getppid()}/stat").read().split()[2] != "T": pass
	    for _ in range(3): short()
	    os._exit(0)
	short()
	print("ready", flush=True)
	for line in sys.stdin:
	    for _ in range(int(line)): short()
	    print("done", flush=True)
EOF

cat >"$work/lost.py" <<-'EOF'
	import json, sys
	p = json.load(open(sys.argv[1]))
	lost = p["losses"].get("interpreters", {"count": 0})["count"]
	assert lost == int(sys.argv[2]), (lost, p["losses"])
EOF

# has_state STATE PID
has_state() {
	grep -q "^State:.$1" "/proc/$2/status" 2>/dev/null
}

attached_to() {
	python_use "$version"
	driven "${PYTHON[@]}" "$work/short.py"
	counting --bias off --backend="$backend" -p "$pid" -o "$work/p.json"
	kill -STOP "$me"
	soon has_state T "$me"
	ask "$1"
	kill -CONT "$me"
	end
	checks "$name: $1 came and went" "$work/lost.py" "$work/p.json" "$1"
	exec 9>&-
	stop
}

some_and_none() {
	attached_to 5
	attached_to 0
}

is_over() {
	has_state Z "$(cat "$work/child" 2>/dev/null)"
}

launched() {
	python_use "$version"
	rm -f "$work/p.json" "$work/child"
	"$bpfprof" -q --bias off --backend="$backend" -o "$work/p.json" -- \
		"${PYTHON[@]}" "$work/short.py" alone "$work/child" 2>"$work/err" &
	me=$!
	started+=("$me")
	soon is_over
	kill -CONT "$me"
	wait "$me"
	checks "$name: three until the process ended" "$work/lost.py" "$work/p.json" 3
}

each some_and_none
# before, a process that ends has no memory by the time that BPF programs are told
if printf '%s\n' 6.16 "$(uname -r)" | sort -VC; then
	each launched
else
	echo "ok $ring three until the process ended # SKIP Linux before 6.16"
fi
