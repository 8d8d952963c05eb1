#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Threads that end long before the run does have Python's names. names.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" names "$1"

cat >"$work/short.py" <<'EOF2'
import threading, time
def nap():
    time.sleep(0.2)
for i in range(10):
    t = threading.Thread(target=nap, name="a thread of a long name, number %d" % i)
    t.start()
    t.join()
EOF2
cat >"$work/check.py" <<'EOF2'
import json, sys
names = [t["name"] for t in json.load(open(sys.argv[1]))["threads"]]
wanted = ["a thread of a long name, number %d" % i for i in range(10)]
assert sorted(names) == sorted(["MainThread"] + wanted), names
EOF2

for row in usdt:3.9 inline:3.9 eval:3.11 inline:3.11; do
	python_use "${row#*:}"
	"$bpfprof" -q -b off "--backend=${row%:*}" -o "$work/p.json" -- "${PYTHON[@]}" "$work/short.py" >"$work/out" 2>"$work/err"
	checks "$row" "$work/check.py" "$work/p.json"
done

cat >"$work/shorter.py" <<'EOF2'
import threading
for i in range(10):
    t = threading.Thread(target=lambda: None, name="thread %d" % i)
    t.start()
    t.join()
EOF2
# from 3.14 on the kernel knows the first 15 characters, so that a thread may be as short as it likes
for row in inline:3.14 eval:3.14 usdt:3.15; do
	python_use "${row#*:}"
	"$bpfprof" -q -b off "--backend=${row%:*}" -o "$work/p.json" -- "${PYTHON[@]}" -c "$(<"$work/shorter.py")" \
		>"$work/out" 2>"$work/err"
	checks "$row, at once" - "$work/p.json" <<'EOF2'
import json, sys
names = sorted(t["name"] for t in json.load(open(sys.argv[1]))["threads"])
others = ["thread %d" % i for i in range(10)]
assert len(names) == 11 and set(names) > set(others), names  # the main one may have ended before it was looked at
EOF2
done
