#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Clocks side by side are columns of the table.
# shellcheck source=tests/e2e/clocks/common.sh
. "$(dirname "$0")/common.sh"

python_use 3.11
"$bpfprof" -q -c cpu,off-cpu,runnable -- "${PYTHON[@]}" "$PYDIR/targets/waits.py" "$work" \
	>"$work/out" 2>"$work/err"
has "side by side" '^ +1 +0\.0[0-9]+ +0\.0[0-9]+ +0\.[3-9][0-9]+ +0\.[3-9][0-9]+ .*\(sleep\)'
