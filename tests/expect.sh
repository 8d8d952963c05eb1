# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Sourced by end-to-end tests: expect.sh NAME BPFPROF. The name, as "outputs/fifo", is that of the
# file below tests/e2e, and heads each line. Gives $bpfprof, a directory $work that goes
# with the test, processes that end with it ($started), and the words that tests are written in.

ring=$1
bpfprof=$(realpath "$2")
# shellcheck source=tests/pythons.sh
. "$(dirname "${BASH_SOURCE[0]}")/pythons.sh"
work=$(mktemp -d)
# What runs keep is not this machine's. The cases of a folder keep it together, where run.sh says.
case $ring in
*/*) BPFPROF_STATE=${BPFPROF_STATE:-$work}/${ring%/*} ;;
*) BPFPROF_STATE=$work/state ;;
esac
export BPFPROF_STATE
started=()
trap clean_up EXIT

# ours PID: it is a process of this test still. A number of one that has ended may be anybody's by now.
ours() {
	grep -qs "^PPid:[[:space:]]*$$\$" "/proc/$1/status"
}

# What was started ends before its files go.
clean_up() {
	local each
	[ "$BASHPID" = $$ ] || return # a child that a signal ended before it became another program
	for each in "${started[@]}"; do
		if ours "$each"; then
			kill -9 "$each"
			wait "$each"
		fi 2>/dev/null
	done
	rm -rf "$work"
}

pass() {
	echo "ok $ring $1"
}

fail() {
	echo "not ok $ring $1 - $2"
	sed 's/^/# /' "$work/err" "$work/out" 2>/dev/null | head -20
}

# expect NAME STATUS COMMAND...: the status, and the table of the run in $work/out
expect() {
	local name=$1 want=$2 got
	shift 2
	"$@" >"$work/out" 2>"$work/err"
	got=$?
	if [ "$got" != "$want" ]; then
		fail "$name" "status $got, not $want"
	elif ! grep -q 'function calls' "$work/out"; then
		fail "$name" "no report"
	else
		pass "$name"
	fi
}

# counting OPTION...: $bpfprof as $me in the background, from when it counts on
counting() {
	: >"$work/out"
	: >"$work/err"
	"$bpfprof" "$@" >"$work/out" 2>"$work/err" 7<&- 8<&- 9<&- &
	me=$!
	started+=("$me")
	soon grep -q 'profiling process' "$work/err"
}

# checks NAME SCRIPT ARGUMENT...: a Python script that asserts ends well
checks() {
	local name=$1 why
	shift
	if why=$(python3 "$@" 2>&1); then
		pass "$name"
	else
		fail "$name" "$(tail -1 <<<"$why" | cut -c1-300)"
	fi
}

# as_it_counts NAME FUNCTION...: of a program given by -c, $work/p.json has the calls that it said itself
# ("leaf=3" for each function in turn, in $work/out), and nothing was lost
as_it_counts() {
	checks "$1" - "$work/p.json" "$work/out" "${@:2}" <<'E2'
import json, sys
p, want = json.load(open(sys.argv[1])), open(sys.argv[2]).read().split()
got = {f["name"]: f["ncalls"] for f in p["functions"] if f["file"] == "<string>"}
assert [f"{name}={got[name]}" for name in sys.argv[3:]] == want, (got, want)
assert not any(p["losses"].values()), p["losses"]
E2
}

# refuse NAME STATUS PATTERN COMMAND...: one line on stderr with PATTERN, nothing on stdout
refuse() {
	local name=$1 want=$2 pattern=$3 got
	shift 3
	"$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	if [ "$got" != "$want" ]; then
		fail "$name" "status $got, not $want"
	elif [ -s "$work/out" ] || [ "$(wc -l <"$work/err")" != 1 ]; then
		fail "$name" "not exactly one line"
	elif ! grep -Eq "^bpfprof: .*$pattern" "$work/err"; then
		fail "$name" "the line does not say: $pattern"
	else
		pass "$name"
	fi
}

has() {
	if grep -Eq "$2" "$work/out"; then
		pass "$1"
	else
		fail "$1" "no $2"
	fi
}

# start COMMAND...: runs it on our stdin until it has said a line ($line); its number is then $pid
start() {
	rm -f "$work/fifo"
	: >"$work/err"
	mkfifo "$work/fifo"
	"$@" <&0 >"$work/fifo" 2>"$work/said" &
	pid=$!
	started+=("$pid")
	exec 8<"$work/fifo"
	read -r -t 60 line <&8
}

# driven COMMAND...: the same, with what is written to 9 as its input
driven() {
	rm -f "$work/in"
	mkfifo "$work/in"
	exec 9<>"$work/in"
	start "$@" <"$work/in"
}

# ask WORDS: of what is driven, the answer is $line
ask() {
	echo "$*" >&9
	read -r -t 60 line <&8
}

# stop: ends what start started, and waits for it
stop() {
	! ours "$pid" || kill -9 "$pid"
	wait "$pid" 2>/dev/null
	exec 8<&-
}

# attached NAME PATTERN OPTION...: bpfprof on $pid ends well and its table has PATTERN
attached() {
	local name=$1 pattern=$2
	shift 2
	if ! "$bpfprof" -p "$pid" "$@" >"$work/out" 2>"$work/err" </dev/null; then
		fail "$name" "status is not 0"
	elif ! grep -Eq "$pattern" "$work/out"; then
		fail "$name" "no $pattern"
	elif ! kill -0 "$pid"; then
		fail "$name" "the target died"
	else
		pass "$name"
	fi
}

exec {never}<> <(:) # nothing ever comes from it

# soon COMMAND...: until the command holds; gives up after a minute
soon() {
	local deadline=$((SECONDS + 60))
	until "$@"; do
		[ $SECONDS -lt $deadline ] || return 1
		read -rt 0.02 -u "$never" _ || true # leaves the processors to what is waited for
	done
}

# spawning: $pid is targets/spawns.py, a thread of which waits in vfork, and takes no notice of a stop, until
# somebody writes to $work/gate
spawning() {
	rm -f "$work/gate"
	mkfifo "$work/gate"
	driven "${PYTHON[@]}" "$PYDIR/targets/spawns.py" "$work/gate"
	ask spawn
	soon is_unmoved || fail "spawning" "no thread waits"
}

# a thread of $pid waits in the kernel
is_unmoved() {
	grep -q 'State:.D' "/proc/$pid"/task/*/status
}

has_files() {
	local files=("/proc/$1/fd"/*)
	[ ${#files[@]} -gt "$2" ] || [ ! -e "/proc/$1/fd/0" ]
}

# killed_target NAME BACKEND COMMAND...: the target dies at one moment of the attach after another,
# by how many files bpfprof has open; that gives a table or one line, and nothing else
killed_target() {
	local name=$1 backend=$2 bad='' files me status
	shift 2
	for files in 3 6 9 12 15 18 21 24 27 29; do
		start "$@"
		"$bpfprof" -q --backend="$backend" -p "$pid" >"$work/out" 2>"$work/err" &
		me=$!
		timeout 2 bash -c "$(declare -f has_files); until has_files $me $files; do :; done"
		stop
		wait $me
		status=$?
		case $status:$(wc -l <"$work/err") in
		0:0) grep -q 'function calls' "$work/out" || bad="$bad no table" ;;
		1:1) [ ! -s "$work/out" ] || bad="$bad table and error" ;;
		*) bad="$bad status $status" ;;
		esac
	done
	if [ -z "$bad" ]; then
		pass "$name"
	else
		fail "$name" "$bad"
	fi
}
