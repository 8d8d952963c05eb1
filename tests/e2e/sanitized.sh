#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The whole program under ASan and UBSan, which end it at the first access that is wrong, and tell what was not freed:
# each way in, of each interpreter, several processes, and whoever reads while it counts. sanitized.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" sanitized "$1"
bpfprof=$bpfprof-sanitized
whole="-q --bias off -o $work/p.json"
loud=(--coroutines --paths --builtins --io)

# clean NAME COMMAND...: it ends well, and nothing is said of it
clean() {
	local name=$1 said
	shift
	"$@" >"$work/out" 2>"$work/err" </dev/null
	said="status $?"
	if [ "$said" != "status 0" ] || grep -qE 'Sanitizer|runtime error' "$work/err"; then
		fail "$name" "$said, $(grep -m 1 -E 'SUMMARY|runtime error' "$work/err")"
	else
		pass "$name"
	fi
}

for row in usdt:3.9 inline:3.9 eval:3.11 inline:3.{11,13,14,15} $(pythons_all | sed -n '/^pyenv-3.\(8\|10\|12\)/s/^/inline:/p'); do
	python_use "${row#*:}"
	options=("${loud[@]}" "--backend=${row%:*}")
	[ "${row%:*}" = inline ] || options=("--backend=${row%:*}" --io)
	there=$work
	[ "$PYDIR" = "$tests_dir" ] || there=$PYDIR
	# shellcheck disable=SC2086
	clean "$row, launched" "$bpfprof" $whole "${options[@]}" -- "${PYTHON[@]}" "$PYDIR/targets/awaits.py" "$there/said.json"
	start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
	# shellcheck disable=SC2086
	clean "$row, attached" "$bpfprof" $whole "${options[@]}" -p "$pid" -d 0.1
	# its filter of its own leaves no room for the search for what was not freed
	clean "$row, dump" env ASAN_OPTIONS=detect_leaks=0 "$bpfprof" dump -p "$pid"
	stop
done

python_use 3.11
# shellcheck disable=SC2086
clean "children" "$bpfprof" $whole --children -- "${PYTHON[@]}" "$PYDIR/targets/family.py" threads 4
start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
two=$pid
start "${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
clean "two processes, a file each interval" "$bpfprof" -q --bias off -p "$two" -p "$pid" --rotate 0.1 -d 0.3 -o "$work/%t.json"
clean "a stream" "$bpfprof" -q --bias off -p "$pid" -f ndjson -i 0.1 -d 0.3 -o "$work/x.ndjson"
clean "constants of its own, timeline" "$bpfprof" -q -p "$pid" --timeline 1000 -d 0.1 -o "$work/x.trace.json"
