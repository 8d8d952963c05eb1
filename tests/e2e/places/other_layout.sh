#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# An interpreter that is not laid out as its version's are is refused.
# shellcheck source=tests/e2e/places/common.sh
. "$(dirname "$0")/common.sh"

/usr/bin/python3 "$here/otherversion.py" /usr/bin/python3.11 "$work/python310" 0x030a0bf0
chmod +x "$work/python310"
for backend in inline eval; do
	refuse "unknown layout: $backend" 1 'not laid out as those of CPython 3.10.11' \
		"$bpfprof" -q --backend=$backend -- "$work/python310" -c 'import sys; sys.exit(3)'
done
