#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The kernel refuses one call, or an allocation fails, in each of many runs of a command whose children live side by
# side: what is loaded ahead for these, and the tracepoints that they share, too. Each process is counted whole or
# named as one that is not, and the command has its way. children_refused.sh BPFPROF; EVERY=1 tries each one in turn.
set -uo pipefail

# shellcheck source=tests/e2e/faults/common.sh
. "$(dirname "$0")/common.sh" "$1"
gcc -O1 -shared -fPIC "$here/faults/kernelrefuses.c" -o "$work/refuses.so" || exit 1
gcc -O1 -shared -fPIC "$here/faults/nomemory.c" -o "$work/nomemory.so" || exit 1
export REFUSE_COUNT=$work/count NOMEMORY_COUNT=$work/count
errors=(12 1 24 28 7) # ENOMEM, EPERM, EMFILE, ENOSPC, E2BIG

cat >"$work/side_by_side.py" <<'E2'
import os
def work(n): return n and work(n - 1)
def child():
    os.close(write)
    work(9)
    os.read(read, 1)
    work(9)
read, write = os.pipe()
for _ in range(4):
    if not os.fork():
        child()
        os._exit(0)
os.close(write)
print(sum(os.wait()[1] for _ in range(4)))
E2
cat >"$work/check.py" <<'E2'
import json, re, sys
p = json.load(open(sys.argv[1]))
missing = sum(int(m[1]) for m in (re.match(r"(\d+) Python process", note) for note in p["notes"]) if m)
f = {f["name"]: f["ncalls"] for f in p["functions"] if f["file"].endswith("/side_by_side.py")}
children = f.get("child", 0)
assert f.get("work", 0) == 20 * children, f
assert children + f.get("<module>", 0) == len(p["processes"]) == 5 - missing, (f, p["notes"])
assert not p["losses"], p["losses"]
E2

# tried NAME VARIABLE=VALUE...: a run with that fault; a line and status 1 where it cannot go on
tried() {
	local name=$1 why='' status
	shift
	rm -f "$work/x.json"
	env "$@" "$bpfprof" -q --bias off --children --backend="$backend" -o "$work/x.json" -- "${PYTHON[@]}" \
		"$work/side_by_side.py" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	n=$((n + 1))
	case $status:$(cat "$work/out"):$(sed 's/^bpfprof: .*/ours/' "$work/err") in
	0:0:) why=$(/usr/bin/python3 "$work/check.py" "$work/x.json" 2>&1) || why=${why##*$'\n'} ;;
	1:0:ours | 1::ours) ;;
	*) why="status $status: $(head -1 "$work/err")" ;;
	esac
	wrong=${wrong:-${why:+$name: $why}}
}

# spread: numbers of calls, of as many as $work/count says
spread() {
	local all
	read -r all _ <"$work/count"
	seq 1 "${EVERY:-$((all / 8 + 1))}" "$all"
}

# outcome NAME
outcome() {
	if [ -n "$wrong" ]; then
		fail "$1" "$wrong"
	else
		pass "$1: $n of them"
	fi
	wrong=''
}

for row in inline:3.11 usdt:3.9; do
	python_use "${row#*:}"
	backend=${row%:*}
	n=0
	tried "none" LD_PRELOAD="$work/refuses.so" REFUSE_AT=0
	for at in $(spread); do
		tried "call $at" LD_PRELOAD="$work/refuses.so" REFUSE_AT="$at" REFUSE_ERROR="${errors[n % 5]}"
	done
	outcome "$backend, refused by the kernel"
	n=0
	tried "none" LD_PRELOAD="$work/nomemory.so" NOMEMORY_AT=0
	for at in $(spread); do
		tried "allocation $at" LD_PRELOAD="$work/nomemory.so" NOMEMORY_AT="$at"
	done
	outcome "$backend, out of memory"
done
