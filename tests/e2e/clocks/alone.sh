#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What waits and what works, alone.
# shellcheck source=tests/e2e/clocks/common.sh
. "$(dirname "$0")/common.sh"

alone() {
	run "$1" alone "${mine[@]}"
}

each_row alone
