#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A function that was open as an interval began is marked there; one that had no part in it has no row.
# shellcheck source=tests/e2e/rotate/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/opens.py" <<-'E2'
	import sys
	def work(): pass
	def once(): work()
	def answer(line):
	    for _ in range(int(line)): work()
	def ends():
	    once()
	    for line in sys.stdin:
	        answer(line)
	        if line == "2\n": return
	        print("done", flush=True)
	def goes_on():
	    print("done", flush=True)
	    for line in sys.stdin:
	        answer(line)
	        print("done", flush=True)
	print("ready", flush=True)
	sys.stdin.readline()
	ends()
	goes_on()
E2
cat >"$work/marks.py" <<-'E2'
	import glob, json, subprocess, sys
	bpfprof, folder = sys.argv[1:3]
	files = sorted(glob.glob(folder + "/p-*.json"), key=lambda f: json.load(open(f))["target"]["start_ns"])
	def rows(*files):
	    p = json.loads(subprocess.run([bpfprof, "report", *files, "-f", "json"], capture_output=True, check=True).stdout)
	    return {f["name"]: (f["ncalls"], f["open"]) for f in p["functions"] if f["file"].endswith("opens.py")}
	one, two, three = map(rows, files)
	assert one == {"<module>": (0, 1), "ends": (1, 0), "once": (1, 0), "answer": (1, 0), "work": (2, 0)}, one
	assert two == {"<module>": (0, 1), "ends": (0, 1), "goes_on": (1, 0), "answer": (1, 0), "work": (2, 0)}, two
	assert three == {"<module>": (0, 1), "goes_on": (0, 1), "answer": (1, 0), "work": (3, 0)}, three
	whole = rows(*files)
	assert whole == {"<module>": (0, 1), "ends": (1, 0), "once": (1, 0), "goes_on": (1, 0), "answer": (3, 0), "work": (7, 0)}, whole
	shown = subprocess.run([bpfprof, "report", "-f", "pstats", files[1]], capture_output=True, text=True, check=True).stdout
	marked = {line.split("(")[-1] for line in shown.splitlines() if line.split()[:1] == ["0"]}
	assert marked == {"<module>) +", "ends) +"}, shown
	assert "+ open when profiling" in shown and "interval" in shown, shown
E2

start "${PYTHON[@]}" -c 'import signal; print("ready", flush=True); signal.pause()'
exec 8<&-
other=$pid
for some in "" "-p $other"; do
	rm -rf "$work/files"
	mkdir "$work/files"
	driven "${PYTHON[@]}" "$work/opens.py"
	# shellcheck disable=SC2086
	counting -p "$pid" $some --rotate 1h -o "$work/files/p-%Y.json"
	echo >&9
	for n in 1 2; do
		ask $n
		kill -USR1 "$me"
		soon has_files $n
	done
	ask 3
	kill -INT "$me"
	wait "$me"
	checks "of an interval, what was open${some:+, of two processes}" "$work/marks.py" "$bpfprof" "$work/files"
	stop
done
