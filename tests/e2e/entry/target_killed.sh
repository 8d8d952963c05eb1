#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A target that is killed while it is attached to gives one line or a table.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

killed() {
	killed_target "$backend: killed during the attach: one line or a table" "$backend" \
		"${PYTHON[@]}" -u "$PYDIR/targets/selfcheck.py"
}

python_use 3.11
each_backend killed
