#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# In and out of a process that works: nothing is left as bpfprof made it.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

# While bpfprof is in, the digest is another: it can tell.
digest_tells() {
	: >"$work/err"
	local me
	counting --bias off --backend="$backend" -p "$pid"
	if [ "$(digest)" != "$untouched" ]; then
		pass "$version $backend in: the table is not as before"
	else
		fail "$version $backend in: the table is not as before" "it is"
	fi
	kill -INT "$me"
	wait "$me"
}

in_and_out() {
	local name="$version $backend"
	selfcheck
	! by_table || digest_tells
	attached "$name attach" '\(fib\)' --bias off --backend="$backend" -d 0.3
	attached "$name attach again" '\(generate\)' --bias off --backend="$backend" -d 0.3
	slot_is "$name out: the slot is as before" "$(own)"
	as_before "$name out: code and tables are as before"
	is_well "$name out: the target is well"
	stop
}

each_version in_and_out
