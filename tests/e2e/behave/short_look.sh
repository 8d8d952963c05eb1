#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A look of a second at most at a process of few threads takes tables of a quarter, another one whole ones, and whoever
# names their sizes those.
# shellcheck source=tests/e2e/behave/common.sh
. "$(dirname "$0")/common.sh"

# looks NAME THREADS IS OPTIONS...: of such a process; IS is how the tables' KiB are to those named in $kib
looks() {
	local name=$1 threads=$2 is=$3 pid ready
	exec 5< <(exec "${PYTHON[@]}" -u -c "
import os, signal, threading
for _ in range($threads - 1): threading.Thread(target=threading.Event().wait, daemon=True).start()
print(os.getpid())
signal.pause()")
	read -r pid <&5
	started+=("$pid")
	"$bpfprof" -v -b off -p "$pid" "${@:4}" >"$work/out" 2>"$work/err"
	ready=$(sed -n 's/.*the tables take \([0-9]*\) KiB.*/\1/p' "$work/err")
	kill "$pid"
	exec 5<&-
	if [[ $ready =~ ^[0-9]+$ ]] && test "$ready" "$is" "$kib"; then
		pass "$name"
	else
		fail "$name" "${ready:-no} KiB, not $is $kib: $(cat "$work/err")"
	fi
	[ "$is" != -gt ] || kib=$ready
}

kib=0
looks "longer" 1 -gt -d 1.001
whole=$kib kib=$((kib * 2 / 5))
looks "a second" 1 -lt -d 1
looks "a second, eight threads" 8 -lt -d 1
kib=$whole
looks "a second, nine threads" 9 -eq -d 0.1
looks "sizes are named" 1 -eq -d 0.1 --max-functions=32768 --max-edges=131072 --max-frames=131072
