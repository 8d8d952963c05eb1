# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# "dump": the stacks of live processes. Sourced by each case.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "dump/$(basename "$0" .sh)" "$1"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# start_said COMMAND...: as start, with the line that it says in $work/line
start_said() {
	: >"$work/line"
	: >"$work/said"
	"$@" </dev/null >"$work/line" 2>"$work/said" &
	pid=$!
	started+=("$pid")
	soon grep -q . "$work/line"
}

# dumped NAME PATTERN OPTION...: a dump of $pid ends well and has PATTERN
dumped() {
	local name=$1 pattern=$2
	shift 2
	if ! "$bpfprof" dump -p "$pid" "$@" >"$work/out" 2>"$work/err" </dev/null; then
		fail "$name" "status is not 0"
	elif ! grep -Eq "$pattern" "$work/out"; then
		fail "$name" "no $pattern"
	else
		pass "$name"
	fi
}

shows() {
	"$bpfprof" dump -p "$pid" | grep -Eq "$1"
}

python_use 3.11

# many.py COUNT DEPTH: threads so many and deep, which sleep
cat >"$work/many.py" <<'E2'
import sys, threading, time
count, depth = map(int, sys.argv[1:])
threading.stack_size(128 * 1024)
gate = threading.Barrier(count + 1)
sys.setrecursionlimit(depth + 1000)
def deep(n):
    if n:
        return deep(n - 1)
    gate.wait()
    time.sleep(1000)
for _ in range(count):
    threading.Thread(target=deep, args=(depth,), daemon=True).start()
gate.wait()
print("ready", flush=True)
time.sleep(1000)
E2
