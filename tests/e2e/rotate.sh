#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Reports of a run that goes on: a file for each interval, and at signals. rotate.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" rotate "$1"
export TMPDIR=$work
python_use 3.11

# measure OPTION...: bpfprof ($me) on a new target, which works as do_work says
measure() {
	rm -rf "$work/in" "$work/files"
	mkdir "$work/files"
	mkfifo "$work/in"
	exec 9<>"$work/in"
	start "${PYTHON[@]}" "$PYDIR/targets/steps.py" <"$work/in"
	counting --bias off -p "$pid" "$@"
}

do_work() {
	echo "$1" >&9
	read -r -t 60 line <&8
}

# holds CALLS [FILES]: the files have so many calls of work, one interval follows the other, and
# there are as many
holds() {
	/usr/bin/python3 - "$work/files" "$@" 2>>"$work/err" <<-'EOT'
		import glob, json, sys
		parts = [json.load(open(f)) for f in glob.glob(sys.argv[1] + "/p-*.json")]
		parts.sort(key=lambda p: p["target"]["start_ns"])
		calls = sum(f["ncalls"] for p in parts for f in p["functions"] if f["name"] == "work")
		assert calls == int(sys.argv[2]), (calls, len(parts))
		for a, b in zip((p["target"] for p in parts), (p["target"] for p in parts[1:])):
		    assert a["start_ns"] + a["duration_ns"] == b["start_ns"], (a, b)
		assert len(sys.argv) < 4 or len(parts) == int(sys.argv[3]), len(parts)
	EOT
}

# says NAME CONDITION...
says() {
	local name=$1
	shift
	if "$@"; then
		pass "$name"
	else
		fail "$name" "not so: $*"
	fi
}

has_files() {
	local files=("$work/files"/p-*)
	[ ${#files[@]} -ge "$1" ]
}

# Each signal ends an interval; those of one second get numbers. What cannot be written is not lost.
measure --rotate 1h -o "$work/files/p-%Y.json"
do_work 100
kill -USR1 "$me"
says "SIGUSR1 has a file written" soon holds 100 1
do_work 200
kill -HUP "$me"
says "SIGHUP too, and ends nothing" soon holds 300 2
mv "$work/files" "$work/away"
do_work 50
kill -USR1 "$me"
soon grep -q 'goes to the next file' "$work/err"
mv "$work/away" "$work/files"
do_work 7
kill -USR1 "$me"
says "an interval that could not be written is in the next" soon holds 357 3
mv "$work/files" "$work/away"
kill -INT "$me"
wait "$me"
says "the last one is stored elsewhere" grep -q 'the profile went to' "$work/err"
stop

# By time, of which the last ones stay, and what others wrote.
measure --rotate 0.1s --keep 2 -o "$work/files/p-%s.json"
echo mine >"$work/files/p-1.json"
soon has_files 3
first=("$work/files"/p-*)
soon test ! -e "${first[1]}"
kill -INT "$me"
wait "$me"
says "--keep leaves files of others" test -e "$work/files/p-1.json"
rm "$work/files/p-1.json"
says "--keep" holds 0 2
stop

# Killed, it loses no interval that is over, and the program runs on.
measure --rotate 0.1s -o "$work/files/p-%s.json"
for ((i = 1; i <= 5; i++)); do
	do_work 1000
	soon has_files $((i + 1))
done
says "no call is between two intervals" soon holds 5000
kill -9 "$me"
wait "$me" 2>/dev/null
says "killed, it loses no interval that is over" holds 5000
do_work 1
says "the program runs on" test "$line" = "done"
stop

# Without --rotate: of all so far.
measure -o "$work/files/p-x.json"
do_work 10
kill -USR1 "$me"
says "SIGUSR1 of a run in one file" soon holds 10 1
do_work 10
kill -INT "$me"
wait "$me"
says "which then has all" holds 20 1
stop

refuse "--rotate into one file" 2 "needs a name of its own" "$bpfprof" -p 1 --rotate 60 -o "$work/x.json"
