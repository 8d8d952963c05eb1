#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Every workload on every interpreter by every backend that works there, launched, and attached when its code is hot: counts
# equal to the in-process count, function by function and caller by caller. Writes a line for each interpreter
# and way to pythons.tsv beside BPFPROF. exact.sh BPFPROF
# To run a part: ROWS="inline:3.11 eval:3.11" WAYS="launched attached" WORKLOADS="hot thrown" exact.sh BPFPROF
# EVERY=1 runs what is known to differ too.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" exact "$1"
oracle=$tests_dir/oracle

# What is known to differ: patterns of BACKEND:INTERPRETER WAY WORKLOAD.
not_yet=(
	# Up to 3.10 frames are seen by the evaluator's slot: not in interpreters that come later.
	'[ei]*:'{3.9,'pyenv-3.[89].*','pyenv-3.10.*'}' * interpreters'
)
[ -z "${EVERY:-}" ] || not_yet=()
# What backends see alike but for who calls: with probes, a call's callback runs before its own entry,
# and an interpreter's first calls stand under the one that made it. And a thread's start waits for it,
# by more calls, where the thread is not the faster.
not_alike=('alike* toggled' 'alike* interpreters' 'alike* crowd' 'alike* threads' 'alike* odd')
# What the interpreter does not do alone: perf's trampolines take C stack for each call.
not_alone=('*-perf * deep')

# Usdt where the interpreter has probes that fire; the others everywhere.
rows_all() {
	local version
	for version in $(pythons_all); do
		case $version in 3.9 | 3.15) echo "usdt:$version" ;; esac
		echo "eval:$version"
		echo "inline:$version"
	done
}

# files_use ROW WAY: sets the array of workloads to run, and what is left out
files_use() {
	local path name skip pattern
	files=() left_out=
	for path in "$tests_dir"/workloads/*.py; do
		name=$(basename "$path" .py) skip=
		for pattern in "${not_yet[@]}" "${not_alone[@]}" "${not_alike[@]}"; do
			# shellcheck disable=SC2254
			case "$1 $2 $name" in $pattern) skip=1 ;; esac
		done
		case " ${WORKLOADS:-$name} " in *" $name "*) ;; *) skip=1 ;; esac
		if [ -n "$skip" ]; then
			left_out="$left_out${left_out:+, }$name"
		else
			files+=("$PYDIR/workloads/$name.py")
		fi
	done
}

# counted MODE VERSION: the in-process count, once for each interpreter and choice of files, in $counts. With
# no JIT, which bpfprof leaves out: 3.15's makes some callbacks less for a tool that is told of instructions.
counted() {
	local key out
	key=$(cksum <<<"${files[*]}")
	counts=$work/$2-$1-${key%% *}.json
	[ ! -e "$counts" ] || return 0
	out=$work/out.json
	[ "$PYDIR" = "$tests_dir" ] || out=$PYDIR/out.json
	"${PYTHON[@]/PYTHON_JIT=1/PYTHON_JIT=0}" "$PYDIR/oracle/oracle.py" "$1" "$out" "${files[@]}" \
		>"$work/out" 2>"$work/err" || return 1
	[ "$PYDIR" = "$tests_dir" ] || out=$cache/forky$out
	mv "$out" "$counts"
}

# Of these interpreters by call path, and the others by pairs. By one backend with what comes before the
# counting where nothing is known of an interpreter.
launched() {
	local options=()
	case $2 in 3.9 | 3.11 | 3.13 | 3.14 | 3.15) options=(--paths) ;; esac
	[ "$1" = inline ] || options+=(--bias off)
	timeout 300 "$bpfprof" -q --backend="$1" "${options[@]}" -o "$work/p.json" -- "${PYTHON[@]}" "$PYDIR/oracle/oracle.py" plain \
		"${files[@]}" >"$work/out" 2>"$work/err"
}

# The target tells when it is hot and when its pass is done, and waits both times; bpfprof comes and goes
# in between.
attached() {
	local me status
	rm -f "$work/in"
	mkfifo "$work/in"
	exec 7<>"$work/in"
	start "${PYTHON[@]}" "$PYDIR/oracle/oracle.py" hot "${files[@]}" <"$work/in" || return 1
	ready=$line
	: >"$work/out"
	: >"$work/err"
	"$bpfprof" --bias off --backend="$1" -p "$pid" -o "$work/p.json" >"$work/out" 2>"$work/err" 7<&- 8<&- &
	me=$!
	started+=("$me")
	soon attaching_ends "$me"
	echo >&7
	read -r -t 300 _ <&8
	kill -INT $me 2>/dev/null
	wait $me
	status=$?
	echo >&7
	wait "$pid" || status=1
	exec 7>&- 8<&-
	cat "$work/said" >>"$work/err"
	echo "$ready" >"$work/out"
	return $status
}

attaching_ends() {
	grep -q 'profiling process' "$work/err" || ! kill -0 "$1" 2>/dev/null
}

# one ROW WAY: its cases, and its line of the summary
one() {
	local backend=${1%:*} version=${1#*:} mode=count outcome='not exact'
	[ "$2" = launched ] || mode=count-hot
	files_use "$1" "$2"
	[ ${#files[@]} -gt 0 ] || return
	if ! counted $mode "$version"; then
		fail "$2 $backend $version" "the in-process count failed"
	elif ! "$2" "$backend" "$version"; then
		fail "$2 $backend $version" "bpfprof or the program failed"
	else
		/usr/bin/python3 "$oracle/compare.py" "$2" "$backend" "$version" "$counts" "$work/p.json" \
			"${files[@]}" &&
			outcome="exact${left_out:+ but for $left_out}"
		case "$2 ${files[*]}" in attached*/hot.py*) hot_is_hot "$backend $version" ;; esac
	fi
	printf '%s\t%s\t%s\t%s\n' "$version" "$backend" "$2" "$outcome" >>"$work/pythons.tsv"
}

# With perf's trampolines on, nothing of the kind is specialised.
hot_is_hot() {
	local want="READY cold: none, missing: none"
	case $1 in *-perf) want="READY cold: *, missing: none" ;; esac
	# shellcheck disable=SC2053
	if [[ $(cat "$work/out") == $want ]]; then
		pass "attached $1: all was specialised"
	else
		fail "attached $1: all was specialised" "it was not, or has no workload"
	fi
}

# alike VERSION BACKEND...: the backends with one another over the whole of a run, the interpreter's start included
alike() {
	local backend version=$1 same=()
	shift
	python_use "$version"
	files_use "alike:$version" launched
	for backend in "$@"; do
		launched "$backend" pairs && mv "$work/p.json" "$work/$backend.json" && same+=("$work/$backend.json")
	done
	if [ ${#same[@]} = $# ] && /usr/bin/python3 "$oracle/same.py" "${same[@]}" >"$work/out"; then
		pass "$# backends alike, $version"
	else
		fail "$# backends alike, $version" "counts differ"
	fi
}

for row in ${ROWS:-$(rows_all)}; do
	python_use "${row#*:}"
	for way in ${WAYS:-launched attached}; do
		one "$row" "$way"
	done
done
if [ -n "${ALIKE:-}" ] || [ -z "${ROWS:-}${WAYS:-}${WORKLOADS:-}" ]; then
	for version in 3.9 3.15; do
		alike $version usdt inline eval
	done
	cp "$work/pythons.tsv" "$(dirname "$bpfprof")/pythons.tsv"
fi
