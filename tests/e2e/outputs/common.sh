# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Where reports go; no reader harms the process. Sourced by each case: $pid runs leaf, in $work.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "outputs/$(basename "$0" .sh)" "$1"
python_use 3.11
cd "$work" || exit 1

cat >busy.py <<'EOF2'
import time
def leaf(): pass
def work():
    for _ in range(100): leaf()
    time.sleep(.001)
print("ready", flush=True)
while True: work()
EOF2
start "${PYTHON[@]}" "$work/busy.py"
attach=("$bpfprof" -q -p "$pid")

# well NAME: the target runs, and can be profiled again
well() {
	if kill -0 "$pid" && "${attach[@]}" -d 0.2 2>err | grep -q '(leaf)'; then
		pass "$1"
	else
		fail "$1" "it cannot be profiled again"
	fi
}

# kept NAME: what stderr says was stored elsewhere is a profile
kept() {
	local path
	path=$(sed -n 's/.*the profile went to \(.*\); print.*/\1/p' err)
	if [ -n "$path" ] && "$bpfprof" report "$path" | grep -q '(leaf)'; then
		pass "$1"
	else
		fail "$1" "the profile is lost"
	fi
	rm -f "$path"
}

# holds NAME WHY COMMAND...: the command does
holds() {
	if "${@:3}"; then
		pass "$1"
	else
		fail "$1" "$2"
	fi
}

# fifo NAME: makes it, with its read end open as 9, and no more than a page of room
fifo() {
	mkfifo "$1"
	# shellcheck disable=SC2094
	exec 8<>"$1" 9<"$1" 8>&-
	/usr/bin/python3 -c 'import fcntl; fcntl.fcntl(9, 1031, 4096)' # F_SETPIPE_SZ
}

# begun: bpfprof, $me, has said that it measures
begun() {
	soon grep -q 'profiling process' err
}

# ends: no file is left half written
ends() {
	local leftover
	leftover=$(find . -name '.bpfprof-*')
	holds "no fresh file is left" "$leftover" [ -z "$leftover" ]
	stop
}
