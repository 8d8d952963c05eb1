#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Children that bpfprof has no file left to look at are said.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

start "${PYTHON[@]}" -c 'import os, sys
print("ready", flush=True)
sys.stdin.readline()
for _ in range(3):
    if not os.fork(): os._exit(0)
    os.wait()
os.write(1, b"done\n")
sys.stdin.readline()' < <(
	soon test -e "$work/limited" && echo
	soon test -e "$work/raised" && echo
)
counting --bias off --children -p "$pid"
prlimit --pid "$me" --nofile=3:
touch "$work/limited"
read -r -t 60 _ <&8
prlimit --pid "$me" --nofile=1000:
touch "$work/raised"
wait "$me"
exec 8<&-
if [ "$(noted 'child processes could not be followed: Too many open files')" = 3 ]; then
	pass "children that cannot be looked at"
else
	fail "children that cannot be looked at" "not 3"
fi
