#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A build that is not what it says is found out by its first call.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

/usr/bin/python3 "$here/otherversion.py" /usr/bin/python3.11 "$work/python312" 0x030c01f0
chmod +x "$work/python312"
for backend in auto inline eval; do
	refuse "other layout, $backend" 1 'not laid out as those of CPython 3.12.1' \
		"$bpfprof" -q "--backend=$backend" -- "$work/python312" -c 'def f(): pass
f()'
done
