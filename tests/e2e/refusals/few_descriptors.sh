#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A process that may open few files more is refused by the name of that limit, and has as many open then as before.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/few.py" <<-'EOF'
	import os, resource, signal, sys
	files = len(os.listdir("/proc/self/fd")) - 1 + int(sys.argv[1])
	resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
	print(flush=True)
	signal.pause()
EOF
open_files() {
	local files=("/proc/$pid/fd/"*)
	echo "${#files[@]}"
}
for free in 0 1 2 3 8 16; do
	start "${PYTHON[@]}" "$work/few.py" "$free"
	before=$(open_files)
	refuse "$free descriptors" 1 'too few file descriptors left.*raise its limit of open files' \
		"$bpfprof" -q --backend=inline -p "$pid" -d 0.1
	after=$(open_files)
	if [ "$after" = "$before" ]; then
		pass "$free descriptors, all closed again"
	else
		fail "$free descriptors, all closed again" "$before open before, $after after"
	fi
	stop
done
start "${PYTHON[@]}" "$work/few.py" 16
"$bpfprof" --backend=eval -p "$pid" -d 0.1 >"$work/out" 2>"$work/err"
has "by eval" 'few\.py'
stop
