#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Calls of C functions that have no end, or none that is seen: the process, its program or the thread goes, or bpfprof.
# shellcheck source=tests/e2e/cfuncs/common.sh
. "$(dirname "$0")/common.sh"

# ended VERSION WAY STATUS SAYS PAIR...: the program ends in that way
ended() {
	local name="$2${options[0]:+ and is followed}, $1" want=$3 says=$4 status
	{ # where bash tells of its death
		"$bpfprof" -q --bias off --builtins=require "${options[@]}" -o "$work/p.json" -- "${PYTHON[@]}" \
			"$PYDIR/targets/incall.py" "$2" >"$work/out" 2>"$work/err"
		status=$?
	} 2>"$work/said"
	shift 4
	if [ "$status" != "$want" ] || [ "$(cat "$work/out")" != "$says" ]; then
		fail "$name" "status $status, and it says $(cat "$work/out")"
	elif ! has_pairs "$@"; then
		fail "$name" "counts differ"
	else
		pass "$name"
	fi
}

by_their_ends() {
	local sorted='<built-in method builtins.sorted>' len='f><built-in method builtins.len>' watched=None options=()
	is_old "$1" || watched="['bpfprof']"
	ended "$1" threads 0 '' "sorts_and_dies>$sorted=20" "$sorted>dies=20" "$len=100"
	ended "$1" daemons 0 '' 'sleeps><built-in method time.sleep>=20' "$len=100"
	ended "$1" fork 0 '[2] None' "fork>$sorted=1" "$sorted>forks=1" "$len=100"
	ended "$1" executes 0 None "$sorted>execs=1" 'execs><built-in method posix.execv>=1'
	ended "$1" ends 5 '' "ends>$sorted=1" 'leaves><built-in method posix._exit>=1'
	ended "$1" killed 137 '' "killed>$sorted=1" 'kills><built-in method posix.kill>=1'
	ended "$1" unwound 3 '' "unwound>$sorted=1" '<lambda>><built-in method builtins.min>=1' \
		'raises><built-in method sys.exit>=1'
	options=(--children)
	ended "$1" executes 0 "$watched" "$sorted>execs=1" "$len=7"
	ended "$1" fork 0 "[2] $watched" "$sorted>forks=1" "$len=200"
}

# bpfprof leaves while a C function calls Python.
in_the_middle() {
	target
	enter --builtins -o "$work/p.json" -o -
	ask doze
	ask sort
	leave INT
	has "a call that is open at the end, $1" ' 1 +[0-9. ]+ \{built-in method builtins.sorted\}'
	if python3 -c 'import json, sys
slept = [f for f in json.load(open(sys.argv[1]))["functions"] if f["name"] == "<built-in method time.sleep>"]
sys.exit(len(slept) != 1 or slept[0]["ncalls"] != 10 or slept[0]["own_off_ns"] < 10e6)' "$work/p.json"; then
		pass "a sleep is time blocked, $1"
	else
		fail "a sleep is time blocked, $1" "it is not"
	fi
	ask 2
	says "it goes on, $1" "['b', 'a']" 1
	says "and nothing stays, $1" none tools
	stop
}

# bpfprof comes while a C function calls Python, which goes on to be called: by who called the C function, that is no row.
at_the_attach() {
	target
	ask sort
	enter --builtins=require -o "$work/p.json"
	ask 2
	says "a call that is open at the attach goes on, $1" "['b', 'a']" 1
	leave INT
	if has_pairs 'sort>asked=1' 'asked><built-in method builtins.print>=1' '<module>><built-in method builtins.print>=1' &&
		! grep -q builtins.sorted "$work/p.json"; then
		pass "what it calls stands under its caller, $1"
	else
		fail "what it calls stands under its caller, $1" "counts differ"
	fi
	stop
}

# Threads by the hundred are in C functions as bpfprof comes and goes, and one in itself many times; an exception
# leaves these when it has gone.
in_many() {
	local way
	target
	for way in INT KILL; do
		[ "$way$1" != KILL3.9 ] || continue
		ask crowd 100
		enter --builtins=require
		ask nest 20
		leave "$way"
		says "an exception leaves 20 calls, SIG$way, $1" raised x
		says "threads come back from a hundred, SIG$way, $1" gone let_go
		soon has_left
		says "and nothing stays, SIG$way, $1" none tools
	done
	ask crowd 100
	enter --builtins=require -o "$work/p.json"
	ask let_go
	ask work 1
	leave INT
	if has_pairs "waits><method 'upper' of 'str' objects>=100" 'work><built-in method builtins.len>=1001'; then
		pass "what a hundred threads call behind the calls that were open, $1"
	else
		fail "what a hundred threads call behind the calls that were open, $1" "counts differ"
	fi
	stop
}

each_version by_their_ends in_the_middle at_the_attach in_many
