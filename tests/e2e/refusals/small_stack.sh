#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A stack that is too small is refused, and of twice that size it does.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

limited() {
	prlimit --stack="$(($1 << 10)):" "$bpfprof" -q -- "${PYTHON[@]}" -c pass
}
refuse "64 KiB" 1 'a stack of 64 KiB is too small.*ulimit -s' limited 64
expect "128 KiB" 0 limited 128
