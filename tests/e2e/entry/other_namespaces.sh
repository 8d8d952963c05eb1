#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Another user in other namespaces.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

namespaces() {
	local outer
	start unshare --mount --pid --fork --net --kill-child setpriv --reuid 65534 --clear-groups \
		"${PYTHON[@]}" -u - <"$PYDIR/targets/selfcheck.py" # which that user may not be let to open
	outer=$pid
	pid=$(pgrep -P "$pid" | head -1)
	attached "$backend: another user in other namespaces" '\(fib\)' --bias off --backend="$backend" -d 0.3
	is_well "$backend: another user in other namespaces: the target is well"
	kill -9 "$pid" # the change of user has undone --kill-child
	pid=$outer
	stop
}

python_use 3.11
each_backend namespaces
