#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A thread that computes as its control group is frozen is stopped: it does not wait for memory.
# frozen.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../../expect.sh" clocks/frozen "$1"
python_use 3.11

for root in /sys/fs/cgroup /sys/fs/cgroup/unified ''; do
	[ ! -e "$root/cgroup.procs" ] || [ ! -e "$root/cgroup.controllers" ] || break
done
group=$root/bpfprof-frozen-$$
if [ -z "$root" ] || ! mkdir "$group" 2>"$work/err" || [ ! -e "$group/cgroup.freeze" ]; then
	echo "ok clocks/frozen # SKIP no control groups can be frozen here"
	exit 0
fi
leave() {
	echo 0 >"$group/cgroup.freeze"
	soon rmdir "$group" 2>/dev/null
	rm -rf "$work"
}
trap leave EXIT

cat >"$work/frozen.py" <<'E2'
import os, signal, sys
done = []
signal.signal(signal.SIGUSR1, lambda *_: done.append(1))
def spin():
    while not done:
        pass
with open(sys.argv[1] + ".new", "w") as f:
    f.write(str(os.getpid()))
os.rename(sys.argv[1] + ".new", sys.argv[1])
spin()
E2

ticks() {
	cut -d' ' -f14 "/proc/$pid/stat"
}

# It has come from the system calls before to what it computes.
computes() {
	[ "$(ticks)" -gt $((before + 2)) ]
}

is_frozen() {
	grep -qx 'frozen 1' "$group/cgroup.events"
}

"$bpfprof" -q -b off -o "$work/p.json" -- "${PYTHON[@]}" "$work/frozen.py" "$work/pid" 2>"$work/err" &
run=$!
soon test -s "$work/pid"
pid=$(<"$work/pid")
before=$(ticks)
echo "$pid" >"$group/cgroup.procs"
soon computes
echo 1 >"$group/cgroup.freeze"
soon is_frozen
echo 0 >"$group/cgroup.freeze"
kill -USR1 "$pid"
wait "$run"
if why=$(/usr/bin/python3 -c '
import json, sys
spin, = (f for f in json.load(open(sys.argv[1]))["functions"] if f["name"] == "spin")
assert spin["own_reasons"].get("stopped_ns", 0) > 0, spin["own_reasons"]' "$work/p.json" 2>&1); then
	pass "what computes is stopped"
else
	fail "what computes is stopped" "$(tail -1 <<<"$why")"
fi
