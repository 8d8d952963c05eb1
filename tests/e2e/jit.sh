#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A loop that the JIT has compiled and that runs at the attach: its calls are counted from then on. What
# threads are told for that is taken back by what stays when bpfprof is killed.
# jit.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" jit "$1"

turns() {
	od -An -td8 -N8 "$shared" | tr -d ' '
}

goes_beyond() {
	[ "$(turns)" -gt "$1" ]
}

# loops VERSION BACKEND LOOP FUNCTION: what is counted are all turns but those while bpfprof came and went
loops() {
	local name="$1 $2: a compiled loop ($3)" before came me seen
	python_use "$1"
	case $1 in
	3.13-jit) seen=$work/turns shared=$work/turns ;;
	*) seen=$PYDIR/turns shared=$cache/forky$PYDIR/turns ;;
	esac
	head -c 16 /dev/zero >"$shared"
	start "${PYTHON[@]}" "$PYDIR/targets/compiled.py" "$3" "$seen"
	soon goes_beyond 200000
	before=$(turns)
	counting --bias off --backend="$2" -p "$pid" -o "$work/p.json"
	came=$(turns)
	soon goes_beyond $((came + 10000))
	printf '\1' | dd of="$shared" bs=1 seek=8 conv=notrunc status=none
	wait "$me" "$pid"
	exec 8<&-
	if python3 - "$work/p.json" "$4" "$before" "$came" "$(turns)" <<'EOT' 2>>"$work/err"; then
import json, sys
before, came, end = map(int, sys.argv[3:])
p = json.load(open(sys.argv[1]))
n = sum(f["ncalls"] for f in p["functions"] if f["name"] == sys.argv[2])
assert end - came <= n <= end - before + 1, (n, before, came, end)
assert not p["losses"].keys() - {"unsplit"}, p["losses"]
EOT
		pass "$name"
	else
		fail "$name" "$(tail -1 "$work/err")"
	fi
}

# killed VERSION: a thread that runs no function has been told to look up, and is told no more
killed() {
	local me told untold
	python_use "$1"
	start "${PYTHON[@]}" "$PYDIR/targets/lookup.py"
	counting --bias off --backend=inline -p "$pid"
	read -r -t 60 told <&8
	kill -9 "$me"
	read -r -t 60 untold <&8
	wait "$me" 2>/dev/null
	exec 8<&-
	if [ "$told $untold" = "told untold" ]; then
		pass "$1 bpfprof killed: no thread looks up any more"
	else
		fail "$1 bpfprof killed: no thread looks up any more" "said $told $untold"
	fi
}

for version in $(pythons_all | grep -e -jit); do
	killed "$version"
	for loop in call:called generator:generated init:__init__; do
		loops "$version" inline "${loop%:*}" "${loop#*:}"
	done
	loops "$version" eval call called
done
