#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Those that wait for their entry as the run ends are not entered any more, which is said.
# shellcheck source=tests/e2e/children/common.sh
. "$(dirname "$0")/common.sh"

cat >"$work/workers.py" <<-'EOF'
	import os
	def work(): pass
	workers = []
	for _ in range(3):
	    workers.append(os.fork())
	    if not workers[-1]:
	        os.read(0, 1)
	        if not os.fork():
	            work()
	            os._exit(0)
	        os._exit(os.waitstatus_to_exitcode(os.wait()[1]))
	print(*workers, flush=True)
	for pid in workers: assert os.waitpid(pid, 0)[1] == 0
EOF

# stand LETTER PID...: all of them stand so
stand() {
	local each letter=$1
	shift
	for each; do
		grep -qs "^State:.$letter" "/proc/$each/status" || return
	done
}

driven "${PYTHON[@]}" "$work/workers.py"
read -ra workers <<<"$line"
counting --bias off --children -p "$pid"
kill -STOP "$me"
soon stand T "$me"
echo -n 123 >&9
soon stand t "${workers[@]}" # each where it has given birth
kill -TERM "$me"
kill -CONT "$me"
wait "$me"
has "they are said" 'Note: 3 child processes began as the run ended, and were not profiled'
if wait "$pid"; then
	pass "and run to their end"
else
	fail "and run to their end" "one of them failed"
fi
exec 8<&-
