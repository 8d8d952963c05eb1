#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Who is in the way of a second bpfprof: a signal is advised only where the first one takes it itself. What
# launched its program would pass it on, and end that.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

waits=(-c 'import os, signal
print(os.getpid(), flush=True)
signal.pause()')

second() {
	refuse "$1" 1 "another bpfprof is profiling it, process $2; wait for that to end$3$" \
		"$bpfprof" -q -p "$4" -d 0.1
}

start "$bpfprof" -q -- "${PYTHON[@]}" "${waits[@]}"
second "beside one that launched the program" "$pid" "" "$line"
kill "$line"
stop

start "$bpfprof" -q --children -- "${PYTHON[@]}" "${waits[@]}"
refuse "dump beside one that follows what it launched" 1 "process $pid, as with --children; wait for that to end$" \
	"$bpfprof" dump -p "$line"
kill "$line"
stop

start "${PYTHON[@]}" "${waits[@]}"
counting -p "$pid"
second "beside one that has attached" "$me" ", or have it report and go on with kill -USR1 $me" "$pid"
kill -INT "$me"
wait "$me"
counting serve --listen 127.0.0.1:0 -p "$pid"
second "beside one that serves" "$me" "" "$pid"
kill -INT "$me"
wait "$me"
stop
