#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The same in a pid namespace, where threads have other numbers than the kernel knows them by.
# shellcheck source=tests/e2e/open/common.sh
. "$(dirname "$0")/common.sh"

for row in eval:3.11 usdt:3.9; do
	use "$row"
	start unshare --pid --fork --mount-proc --kill-child "${PYTHON[@]}" "$PYDIR/targets/open.py"
	within=(nsenter -t "$(pgrep -P "$pid")" -p -m)
	stands "$row in a pid namespace: what is open at the attach" 300 1 --backend="$backend"
	within=()
	stop
done
