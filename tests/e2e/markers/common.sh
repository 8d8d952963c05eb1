# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Blocks: what their cases share. Sourced by each.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "markers/$(basename "$0" .sh)" "$1"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build=$(dirname "$bpfprof")
include=$here/../../include
prof=("$bpfprof" -q --bias off) # hits alone matter

# The hits of a stored profile, a line a block: TRACK,NAME,HITS
hits() {
	"$bpfprof" report -f csv "$1" | tr -d '\r' | tail -n +2 | cut -d, -f1-3 | sort
}

# What it has lost: NAME=COUNT. Not of what kind a wait was: the kernel leaves a switch out now and then.
losses() {
	python3 -c 'import json, sys
for name, loss in json.load(open(sys.argv[1]))["losses"].items():
    if name != "unsplit": print(name, loss["count"], sep="=")' "$1" |
		sort
}

# same NAME GOT WANT
same() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "got '$(tr '\n' ' ' <<<"$2")', want '$(tr '\n' ' ' <<<"$3")'"
	fi
}

# stored ARGUMENT...: bpfprof's run, its profile in $work/p.json. Again where another tracer on this
# machine took its probes away just as a library was loaded: then bpfprof says that it came late.
stored() {
	local tries status
	for tries in 1 2 3 4 5; do
		rm -f "$work/p.json"
		timeout 60 "${prof[@]}" -o "$work/p.json" "$@" >"$work/out" 2>"$work/err"
		status=$?
		if [ "$status" != 0 ] || [ "$tries" = 5 ]; then
			break
		fi
		losses "$work/p.json" | grep -q load_late || break
	done
	return $status
}

# counts NAME WANT LOSSES ARGUMENT...: of the program under bpfprof, all of its blocks
counts() {
	local name=$1 want=$2 lost=$3
	shift 3
	if ! stored "$@"; then
		fail "$name" "status is not 0"
	else
		same "$name" "$(hits "$work/p.json")" "$(sort <<<"$want")"
		same "$name: losses" "$(losses "$work/p.json")" "$lost"
	fi
}

link() {
	local name=$1
	shift
	gcc -O2 "-I$include" "$here/marked.c" -o "$work/$name" "$@" -lpthread -ldl 2>"$work/err" ||
		fail "link $name" "gcc failed"
	strip "$work/$name"
}

# marked: the C program in $work/pie
marked() {
	link pie -fPIE -pie "$build/libbpfprof.a"
}
