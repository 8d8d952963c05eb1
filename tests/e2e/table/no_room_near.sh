#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# No room for the tables within reach of a jump from the interpreter: what is not counted is said.
# shellcheck source=tests/e2e/table/common.sh
. "$(dirname "$0")/common.sh"

note="Note: throw\(\) into generators that had not begun, and close\(\) where that runs them, were not counted: there is no room near"
for version in 3.11 3.14 3.15; do
	python_use $version
	start "${PYTHON[@]}" "$PYDIR/targets/dense.py"
	attached "$version no room near" '\(throws\)' --backend=inline -d 0.3
	has "$version no room near: it is said" "$note"
	stop
done
