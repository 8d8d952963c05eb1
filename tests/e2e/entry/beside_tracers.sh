#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Beside what traces or profiles the program from inside: each sees its calls.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

# beside HOW: $on and $off of the program, by which it sees the calls of f
beside() {
	case $1 in
	cProfile) on='import cProfile; p = cProfile.Profile(); p.enable()' off='p.disable()
seen = sum(e.callcount for e in p.getstats() if "f" == getattr(e.code, "co_name", ""))' ;;
	*) on="import sys
seen = 0
def see(frame, event, arg):
    global seen
    seen += event == 'call' and frame.f_code.co_name == 'f'
$1(see)" off="$1(None)" ;;
	esac
}

count() {
	local name="$version $backend beside $how"
	"${prof[@]}" --backend="$backend" -- "${PYTHON[@]}" -c "def f(): pass
$on
for _ in range(1000): f()
$off
print('seen', seen)" >"$work/out" 2>"$work/err"
	has "$name: it sees its calls" '^seen 1000'
	has "$name: ours are counted" '^ +1000 .*\(f\)'
}

for row in 3.11:cProfile 3.11:sys.setprofile 3.11:sys.settrace 3.14:cProfile 3.14:sys.settrace \
	3.15:cProfile 3.15:sys.setprofile; do
	version=${row%:*} how=${row#*:}
	python_use "$version"
	beside "$how"
	each_backend count
done
