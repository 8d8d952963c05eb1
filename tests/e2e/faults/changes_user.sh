#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The target becomes another user and itself again over and over, while it is entered and left. changes_user.sh
# BPFPROF
set -uo pipefail

# shellcheck source=tests/e2e/faults/common.sh
. "$(dirname "$0")/common.sh" "$1"

cat >"$work/changes.py" <<'E2'
import os
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print("ready", flush=True)
while True:
    assert fib(6) == 8
    os.setegid(65534)
    os.seteuid(65534)
    assert fib(6) == 8
    os.seteuid(0)
    os.setegid(0)
E2

for row in inline:3.11 eval:3.11 usdt:3.9; do
	python_use "${row#*:}"
	start "${PYTHON[@]}" -u "$work/changes.py"
	for ((i = 0; i < 6; i++)); do
		faulty "run $i" "$bpfprof" --backend="${row%:*}"
	done
	unharmed "${row%:*}: the target goes on" 6
	stop
	wrong=''
done
