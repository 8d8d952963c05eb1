#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# As a user starts it, with no option: counted from the first function on.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

launched() {
	local name="$version $backend"
	expect "$name launch" 3 "$bpfprof" -q --backend="$backend" -- "${PYTHON[@]}" -c 'import sys
def f(): pass
f()
sys.exit(3)'
	has "$name launch: counted" '^ +1 .*\(f\)'
	has "$name launch: from the first function on" 'importlib._bootstrap'
	expect "$name no Python function at all" 0 "${prof[@]}" --backend="$backend" -- "${PYTHON[@]}" --version
}

each_version launched
