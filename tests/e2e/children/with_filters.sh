#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A child under a seccomp filter that lets all pass, as those of containers have, is counted like another, and what
# profiling adds is measured where children are followed.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

gcc -O1 -o "$work/sandbox" "$PYDIR/e2e/sandbox.c"
cat >"$work/child.py" <<-'EOF'
	def work(): pass
	for _ in range(300): work()
EOF
child=("$work/sandbox" allow "${PYTHON[@]}" "$work/child.py")
# shellcheck disable=SC2016
"$bpfprof" --children -- sh -c '"$@"; exit 7' sh "${child[@]}" >"$work/out" 2>"$work/err"
ended "launched: a child with a filter" $? '^ +300 .*\(work\)'

export BPFPROF_STATE=$work/nothing # is known from before
"$bpfprof" --children -- "${PYTHON[@]}" "$work/child.py" >"$work/out" 2>"$work/err"
has "launched: what profiling adds is known" 's of profiling \('

cat >"$work/parent.py" <<-'EOF'
	import subprocess, sys
	print("ready", flush=True)
	for line in sys.stdin:
	    print(subprocess.call(sys.argv[1:]), flush=True)
EOF
driven "${PYTHON[@]}" "$work/parent.py" "${child[@]}"
counting --children -p "$pid"
ask start
kill -INT "$me"
wait "$me"
has "attached: a child with a filter" '^ +300 .*\(work\)'
stop
