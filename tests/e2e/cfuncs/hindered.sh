#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What may be in the way.
# shellcheck source=tests/e2e/cfuncs/common.sh
. "$(dirname "$0")/common.sh"

# What may be in the way of a tool of sys.monitoring.
hindered() {
	! is_old "$1" || return 0
	target
	ask take 1
	enter --builtins
	ask work 10
	says "another tool is taken, $1" "3:the program 4:bpfprof" tools
	leave INT
	ask work 1
	says "the program's stays, $1" "3:the program" tools
	ask forbid
	enter --builtins
	ask work 10
	leave INT
	has "an audit hook is survived, $1" ' 1 +[0-9. ]+ [^ ]*tools.py:[0-9]+\(work\)'
	stop
}

# The program takes the tools when bpfprof has one of them.
makes_way() {
	! is_old "$1" || return 0
	target
	enter --builtins
	ask work 10
	says "the program gets the tool, $1" taken take 1
	says "bpfprof has taken the other one, $1" "3:the program 4:bpfprof" tools
	ask work 1000
	leave INT
	has "and has counted on, $1" ' 1010 +[0-9. ]+ \{method .append. of .list. objects\}'
	has "and that call too, $1" ' 1 +[0-9. ]+ \{built-in method .*use_tool_id\}'
	ask work 1
	says "the program's is left, $1" "3:the program" tools
	enter --builtins
	ask work 10
	says "the program gets the last one, $1" taken take 1 4
	ask work 1000
	leave INT
	has "until then it was counted, $1" ' 10 +[0-9. ]+ \{method .append. of .list. objects\}'
	has "the report says so, $1" "C functions were to be counted"
	says "both are the program's, $1" "3:the program 4:the program" tools
	stop
}

# refused_by WORDS PATTERN: once the target has done what these say, no C function can be counted: that is said when it
# calls much, or at the end when it calls little; and with require it ends bpfprof, and not the target.
refused_by() {
	local times status
	target
	ask "$1"
	for times in 10 100000; do
		enter --builtins
		ask work "$times"
		ask calls "$times"
		leave INT
		has "$1: it goes on without, $times calls, $version" ' 1 +[0-9. ]+ [^ ]*tools.py:[0-9]+\(calls\)'
		has "$1: the report says so, $times calls, $version" "^   Note: times contain .*: C functions were to be counted"
		says "$1: nothing stays, $times calls, $version" none tools
	done
	"$bpfprof" -q --bias off --builtins=require -p "$pid" >"$work/out" 2>"$work/err" 9<&- 8<&- &
	me=$!
	started+=("$me")
	while kill -0 "$me" 2>/dev/null && ask calls 20000; do :; done
	wait "$me"
	status=$?
	if [ "$status" = 1 ] && [ ! -s "$work/out" ] && [ "$(wc -l <"$work/err")" = 1 ] && grep -q "$2" "$work/err"; then
		pass "$1: require, $version"
	else
		fail "$1: require, $version" "status $status"
	fi
	says "$1: the program runs on, $version" "done" work 1
	stop
}

forbidden() {
	local version=$1
	! is_old "$1" || return 0
	refused_by forbid "its sys.monitoring does not let itself be used"
	refused_by "forget_monitoring" "it has no sys.monitoring"
}

# ends_well NAME: the target does, by itself
ends_well() {
	local status
	echo end >&9
	wait "$pid"
	status=$?
	exec 8<&-
	if [ "$status" = 0 ]; then
		pass "$1"
	else
		fail "$1" "status $status"
	fi
}

# When bpfprof leaves, its callbacks cannot be taken out any more. The target works meanwhile, so that bpfprof sees it
# done.
held() {
	local words
	! is_old "$1" || return 0
	for words in forbid forget_monitoring; do
		target
		enter --builtins
		ask work 10
		ask "$words"
		echo "work 3000000" >&9
		leave INT
		read -r -t 60 line <&8
		says "after $words it works on, $1" "done" work 1000
		ends_well "after $words it ends, $1"
	done
}

# Both of its tools are others', which an interpreter says at its first function only.
denied() {
	! is_old "$1" || return 0
	start "${PYTHON[@]}" -c '
import sys, time
for tool in 3, 4: sys.monitoring.use_tool_id(tool, "the program")
def work(): time.sleep(.001)
print("ready", flush=True)
while True: work()'
	refuse "require: no tool is left, $1" 1 "C functions: others have its monitoring tools 3 and 4" \
		"$bpfprof" -q -p "$pid" --builtins=require
	attached "no tool is left: it is said, $1" "^   Note: times contain .*: C functions were to be counted and are not" \
		-q -d 0.2 --builtins
	stop
}

each_version hindered makes_way forbidden held denied
python_use 3.11
refuse "eval does not count them" 1 "cannot count C functions: only backend inline" \
	"$bpfprof" -q --backend=eval --builtins=require -- "${PYTHON[@]}" -c 'pass'
