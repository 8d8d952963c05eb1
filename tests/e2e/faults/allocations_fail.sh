#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# One allocation fails in each of many runs, from the first to the last of a whole run: of a process and of a
# command. allocations_fail.sh BPFPROF; EVERY=1 tries each one in turn (an hour), FROM=1000 those from there on.
set -uo pipefail

# shellcheck source=tests/e2e/faults/common.sh
. "$(dirname "$0")/common.sh" "$1"
gcc -O1 -shared -fPIC "$here/faults/nomemory.c" -o "$work/nomemory.so" || exit 1
export NOMEMORY_COUNT=$work/count
failing() {
	env LD_PRELOAD="$work/nomemory.so" NOMEMORY_AT="$at" "$bpfprof" --backend="$backend" "$@"
}

cat >"$work/sums.py" <<'E2'
def f(n): return n and n + f(n - 1)
print(sum(f(10) for i in range(100)))
E2

# launched: a command that prints what it is to, or is not run at all; a line that says why
launched() {
	[ -z "$wrong" ] || return
	rm -f "$work/x.json"
	failing -q --bias off -o "$work/x.json" -- "${PYTHON[@]}" "$work/sums.py" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	case $status:$(grep -c . "$work/err"):$(cat "$work/out") in
	0:[01]:5500) jq -e . "$work/x.json" >/dev/null || wrong="allocation $at: no whole profile" ;;
	1:1: | 1:1:5500) ;;
	*) wrong="allocation $at, launched: status $status" ;;
	esac
	! grep -qv '^bpfprof: ' "$work/err" || wrong="allocation $at: a line that is not ours"
}

# chosen: the numbers of the allocations that are to fail, of as many as $work/count says
chosen() {
	local all
	read -r all _ <"$work/count"
	seq "${FROM:-1}" "${EVERY:-$((all / 12 + 1))}" "$all"
}

for row in inline:3.11 eval:3.11 usdt:3.9; do
	backend=${row%:*}
	python_use "${row#*:}"
	target
	at=0
	faulty "none" failing
	n=0
	for at in $(chosen); do
		faulty "allocation $at" failing
		n=$((n + 1))
	done
	unharmed "$backend, attached: the target outlives $n of them" "$n"
	stop
	wrong=''
	at=0
	launched
	n=0
	for at in $(chosen); do
		launched
		n=$((n + 1))
	done
	if [ -n "$wrong" ]; then
		fail "$backend, launched" "$wrong"
	else
		pass "$backend, launched: $n of them"
	fi
	wrong=''
done
