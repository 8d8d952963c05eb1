#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A seccomp filter that comes while it is profiled, or that one thread alone has: nothing is done that it kills for.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

# lives NAME ORDER: what is driven answers, and ends by itself when it is told to
lives() {
	local status
	ask "$2"
	echo "end 0" >&9
	wait "$pid"
	status=$?
	if [ $status = 0 ] && [[ $line == leaf=* ]]; then
		pass "$1"
	else
		fail "$1" "status $status, answer ${line-none}"
	fi
}

late() {
	local name="$backend, a filter against $1 ($2) while it counts"
	driven "${PYTHON[@]}" -u "$PYDIR/targets/filters.py"
	ask count 10
	counting --bias off --backend="$backend" -p "$pid" -o "$work/p.json"
	ask forbid "$2"
	ask count 500
	kill -INT "$me"
	wait "$me"
	checks "$name: counted" -c 'import json, sys
p = json.load(open(sys.argv[1]))
assert [f["ncalls"] for f in p["functions"] if f["name"] == "leaf"] == [500], p["functions"]' "$work/p.json"
	lives "$name: the target lives" "count 1"
}

apart() {
	driven "${PYTHON[@]}" -u "$PYDIR/targets/filters.py" apart
	ask forbid 53
	refuse "$backend: a filter that one thread has" 1 'seccomp filter forbids socketpair' \
		"${prof[@]}" --backend="$backend" -p "$pid"
	lives "$backend: the target of which one thread has a filter lives" "count 1"
}

# of_ours [PATTERN]: what is mapped in $pid that is bpfprof's, its code or the tables that they share
of_ours() {
	grep -E "${1:-memfd:bpfprof|anon_inode:bpf-map}" "/proc/$pid/maps"
}

# With filters that let all pass, as containers have them: they cannot be asked any more when it is left. It waits
# for orders then, so that nothing of it is in the stub.
kept() {
	local name="$backend: filters that let pass"
	driven "$work/sandbox" allow "${PYTHON[@]}" -u "$PYDIR/targets/filters.py"
	counting --bias off --backend="$backend" -p "$pid" -o "$work/p.json"
	if of_ours memfd:bpfprof >/dev/null && { [ "$backend" = eval ] || of_ours bpf-map >/dev/null; }; then
		pass "$name: it is counted by code and tables of ours"
	else
		fail "$name: it is counted by code and tables of ours" "it has none"
	fi
	ask count 500
	kill -INT "$me"
	wait "$me"
	if of_ours >"$work/mapped"; then
		fail "$name: nothing stays mapped" "$(head -1 "$work/mapped")"
	else
		pass "$name: nothing stays mapped"
	fi
	lives "$name: the target lives" "count 1"
}

gcc -O1 "$here/sandbox.c" -o "$work/sandbox"
python_use 3.11
each_backend kept
each_backend late mmap 9
each_backend late madvise 28
each_backend apart
