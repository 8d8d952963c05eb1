#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What becomes another program: what was before is counted, the rest is a loss.
# shellcheck source=tests/e2e/entry/common.sh
. "$(dirname "$0")/common.sh"

becomes_another() {
	expect "$backend: exec" 5 "${prof[@]}" --backend="$backend" -- "${PYTHON[@]}" -c 'import os, sys
def f(): pass
f()
os.execv(sys.executable, [sys.executable, "-c", "import sys; sys.exit(5)"])'
	has "$backend: exec: before" '\(f\)'
	has "$backend: exec: the loss is counted" 'Lost: 1 .*exec'
}

python_use 3.11
each_backend becomes_another
