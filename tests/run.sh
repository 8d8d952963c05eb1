#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Runs the tests and ends with one line: N passed, N failed, N skipped.
# run.sh BUILD_DIR [RING [NAME]]: one ring (lint, unit, fuzz, golden, markers, replay, python, e2e), and
# of it the files with that name: "e2e inline" is tests/e2e/inline.sh, "e2e outputs" all of
# tests/e2e/outputs, and "e2e outputs/fifo" one of them. Empty: all.
set -uo pipefail

build=$(realpath "$1")
only=${2:-} name=${3:-}
cd "$(dirname "$0")/.." || exit 1
log=$(mktemp)
BPFPROF_STATE=$(mktemp -d) # constants stored on this machine are not the tests'
export BPFPROF_STATE
trap 'rm -rf "$log" "$BPFPROF_STATE"' EXIT
files=0

# wanted RING FILE: whether it is asked for
wanted() {
	local file=${2#tests/e2e/}
	file=${file%.*}
	[ -z "$only" ] || [ "$only" = "$1" ] || return
	case $name in
	"" | "$file" | "${file%%/*}" | "${file##*/}" | "${file##*/test_}") ;;
	*) return 1 ;;
	esac
}

# file_says COMMAND...: a test program prints "ok NAME", "not ok NAME - why" or "ok NAME # SKIP why" for
# each case; one that ends badly without having said so is a failed case of its own.
file_says() {
	local said status
	said=$(mktemp)
	"$@" </dev/null 2>&1 | tee "$said"
	status=${PIPESTATUS[0]}
	if [ "$status" != 0 ] && ! grep -q '^not ok' "$said"; then
		echo "not ok $1 - ended with status $status"
	fi
	rm "$said"
}

# ring NAME FILE COMMAND...: runs a file of a ring where it is wanted
ring() {
	wanted "$1" "$2" || return
	files=$((files + 1))
	shift 2
	file_says "$@" | tee -a "$log"
}

# What an e2e file says comes in one piece, as another runs beside it.
e2e_says() {
	local said
	said=$(mktemp)
	file_says "$1" "$build/bpfprof" >"$said"
	flock "$log" tee -a "$log" <"$said"
	rm "$said"
}

# End-to-end tests mostly wait, so two run at a time. But one looks at times that the other would make
# too long, and the README's table at what exact.sh has found: these come after.
alone=(bias clocks readme)

e2e_ring() {
	local e2e beside=() after=()
	for e2e in tests/e2e/{exact,eval,inline}.sh tests/e2e/*.sh tests/e2e/*/*.sh; do # the longest first
		[ "${e2e##*/}" != common.sh ] || continue
		wanted e2e "$e2e" || continue
		case " ${beside[*]} ${after[*]} " in *" $e2e "*) continue ;; esac
		case " ${alone[*]} " in *" $(basename "$e2e" .sh) "*) after+=("$e2e") ;; *) beside+=("$e2e") ;; esac
	done
	files=$((files + ${#beside[@]} + ${#after[@]}))
	export build log
	export -f file_says e2e_says
	{
		printf '%s\n' "${beside[@]}" | xargs -r -P 2 -n 1 bash -c 'e2e_says "$1"' - &&
			printf '%s\n' "${after[@]}" | xargs -r -n 1 bash -c 'e2e_says "$1"' -
	} || echo "not ok e2e - one of them ended badly" | tee -a "$log"
}

# Those that only root can run.
root_rings() {
	ring replay replay "$build/tests/replay/replay"
	ring e2e fetch-pythons tests/fetch-pythons.sh
	ring python python tests/python/run.sh "$build"
	e2e_ring
}

for lint in tests/lint/*.sh; do
	ring lint "$lint" "$lint"
done
for unit in tests/unit/test_*.c; do
	ring unit "$unit" "$build/${unit%.c}"
done
ring fuzz fuzz tests/fuzz/run.sh "$build"
ring golden fetch-tools tests/fetch-tools.sh
ring golden golden python3 tests/golden/run.py "$build/bpfprof"
ring golden changes python3 tests/golden/changes.py "$build/bpfprof"
ring golden views python3 tests/golden/views.py "$build/bpfprof"
ring golden formats /usr/bin/python3 tests/golden/formats.py "$build/bpfprof"
ring golden paths python3 tests/golden/paths.py "$build/bpfprof"
ring golden html python3 tests/golden/html.py "$build/bpfprof"
ring markers markers tests/markers/run.sh "$build"
if [ "$(id -u)" = 0 ]; then
	root_rings
elif [ "$files" = 0 ] || [ -z "$only$name" ]; then
	echo "ok root rings # SKIP not root: replay, python and end-to-end need it" | tee -a "$log"
fi

if [ "$files" = 0 ]; then
	echo "no test file is named ${name:-so} in ${only:-any ring}; see tests/" >&2
	exit 2
fi
# What failed once more, with the lines after it: the end of a log then shows it.
awk '/^(not )?ok / { failed = sub(/^not ok /, "failed: "); left = 20; if (failed) print; next }
     failed && left-- > 0' "$log"
skipped=$(grep -c '^ok .*# SKIP' "$log")
passed=$(($(grep -c '^ok ' "$log") - skipped))
failed=$(grep -c '^not ok ' "$log")
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
