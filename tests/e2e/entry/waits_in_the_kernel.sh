#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A thread that waits in the kernel and takes no notice, here for the exec of what it has spawned, does not keep the
# others from running: bpfprof gives up to enter, and is patient when it leaves.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

is_held() {
	! grep -q 'TracerPid:.0' "/proc/$pid/status"
}

spawns() {
	spawning
	refuse "$backend: gives up to enter" 1 'does not come to a stop: it waits in the kernel' \
		"${prof[@]}" --backend="$backend" -d 0.1 -p "$pid"
	ask go
	is "$backend: and the others have gone on" "did go"
	: >"$work/gate"
	ask join
	known
	untouched=$(digest)

	counting --backend="$backend" --bias off -p "$pid"
	ask spawn
	soon is_unmoved || fail "$backend: it spawns again" "no thread waits"
	kill -INT "$me"
	soon is_held || fail "$backend: leaving" "it does not stop the process"
	ask go
	is "$backend: goes on while bpfprof wants to leave" "did go"
	: >"$work/gate"
	wait "$me" || fail "$backend: leaves in the end" "status $?"
	ask join
	is "$backend: and after that" "did join"
	as_before "$backend: as it was"
	has "$backend: the calls" '^ +2 .*\(leaf\)'
	stop
}

# is NAME LINE: the program has answered that
is() {
	if [ "$line" = "$2" ]; then pass "$1"; else fail "$1" "it says: $line"; fi
}

python_use 3.11
each_backend spawns
