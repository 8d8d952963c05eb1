# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Every workload on every interpreter by every backend that works there. Sourced by each case.
# To run a part: ROWS="inline:3.11 eval:3.11" WORKLOADS="hot thrown" CASE. EVERY=1 runs what is known to differ too.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "exact/$(basename "$0" .sh)" "$1"
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

# one ROW WAY MODE: its cases, and its line of the summary
one() {
	local backend=${1%:*} version=${1#*:} outcome='not exact'
	files_use "$1" "$2"
	[ ${#files[@]} -gt 0 ] || return
	if ! counted "$3" "$version"; then
		fail "$backend $version" "the in-process count failed"
	elif ! "$2" "$backend" "$version"; then
		fail "$backend $version" "bpfprof or the program failed"
	else
		/usr/bin/python3 "$oracle/compare.py" "$2" "$backend" "$version" "$counts" "$work/p.json" \
			"${files[@]}" &&
			outcome="exact${left_out:+ but for $left_out}"
	fi
	printf '%s\t%s\t%s\t%s\n' "$version" "$backend" "$2" "$outcome" >>"$work/pythons.tsv"
}

# all WAY MODE [FUNCTION]: each row, FUNCTION after it. What the whole of them has found goes beside bpfprof, for
# the README's table.
all() {
	local row
	for row in ${ROWS:-$(rows_all)}; do
		python_use "${row#*:}"
		one "$row" "$1" "$2"
		[ -z "${3:-}" ] || "$3" "${row/:/ }"
	done
	[ -n "${ROWS:-}${WORKLOADS:-}" ] || cp "$work/pythons.tsv" "$(dirname "$bpfprof")/pythons.$1.tsv"
}
