#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# As its control group is frozen a thread is stopped: one that computes does not wait for memory, and one that waits in a
# system call not for that.
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
import os, select, signal, sys, threading, time
done = []
signal.signal(signal.SIGUSR1, lambda *_: done.append(1))
def spin():
    while not done:
        pass
def reads():
    os.read(os.pipe()[0], 1)
def polls():
    select.select(os.pipe()[:1], [], [])
def sleeps():
    time.sleep(3600)
waits = [threading.Thread(target=f, daemon=True) for f in (reads, polls, sleeps)]
for each in waits:
    each.start()
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

# The others wait in read, pselect6 or select, and clock_nanosleep.
all_wait() {
	local calls
	calls=$(cut -d' ' -f1 "/proc/$pid"/task/*/syscall | sort | tr '\n' ' ')
	[[ " $calls " == *' 0 '* && " $calls " =~ ' '(270|23)' ' && " $calls " == *' 230 '* ]]
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
soon all_wait
echo 1 >"$group/cgroup.freeze"
soon is_frozen
echo 0 >"$group/cgroup.freeze"
kill -USR1 "$pid"
wait "$run"
cat >"$work/check.py" <<'E2'
import json, sys
rows = {f["name"]: f["own_reasons"] for f in json.load(open(sys.argv[1]))["functions"]}
for name, reason in ("spin", "stopped"), ("reads", "pipe"), ("polls", "poll"), ("sleeps", "sleep"):
    assert rows[name].get("stopped_ns", 0) > 0 and rows[name].get(reason + "_ns", 0) > 0, (name, rows[name])
E2
checks "what computes and what waits is stopped" "$work/check.py" "$work/p.json"
