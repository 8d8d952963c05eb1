#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# In each file, and in that of several processes, functions and threads have the same calls, while they call on.
# shellcheck source=tests/e2e/rotate/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/busy.py" <<-'E2'
	import threading
	def leaf(): pass
	def work():
	    for _ in range(100): leaf()
	def run():
	    while True: work()
	threading.Thread(target=run, daemon=True).start()
	for _ in range(3):
	    t = threading.Thread(target=work)
	    t.start()
	    t.join()
	threading.Thread(target=run, daemon=True).start()
	print("ready", flush=True)
	run()
E2
cat >"$work/adds_up.py" <<-'E2'
	import json, sys
	total = 0
	for path in sys.argv[2:]:
	    p = json.load(open(path))
	    calls = [sum(r["ncalls"] for r in p[rows]) for rows in ("functions", "threads")]
	    assert calls[0] == calls[1], (path, calls, calls[0] - calls[1])
	    total += calls[0]
	assert total > 0
	assert len(sys.argv) == 2 + int(sys.argv[1]), sys.argv
E2

two=()
for _ in 1 2; do
	start "${PYTHON[@]}" "$work/busy.py"
	exec 8<&-
	two+=("$pid")
done
for some in "-p ${two[0]}" "-p ${two[0]} -p ${two[1]}"; do
	for backend in inline eval; do
		rm -rf "$work/files"
		mkdir "$work/files"
		# shellcheck disable=SC2086
		counting --bias off --backend=$backend $some --rotate 1h -o "$work/files/p-%Y.json"
		for n in 1 2 3 4; do
			kill -USR1 "$me"
			soon has_files $n
		done
		kill -INT "$me"
		wait "$me"
		checks "$backend, $some: files" "$work/adds_up.py" 5 "$work"/files/p-*.json
	done
done
for pid in "${two[@]}"; do
	stop
done
