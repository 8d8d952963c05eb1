#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Missing rights are told from a missing kernel.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

refuse "missing rights" 1 'run it as root' setpriv --reuid 65534 --clear-groups "$bpfprof" -p $$
if setpriv --reuid 65534 --clear-groups "$bpfprof" doctor | grep -q 'use a kernel'; then
	fail "missing rights are no missing kernel" "doctor advises another kernel"
else
	pass "missing rights are no missing kernel"
fi
