#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A format that cannot hold what was measured is refused, and the profile kept elsewhere.
# shellcheck source=tests/e2e/outputs/common.sh
. "$(dirname "$0")/common.sh"

"${attach[@]}" -d 0.2 -o blocks.csv 2>err
status=$?
holds "csv of no blocks" "status $status" \
	eval '[ $status = 1 ] && grep -q "the profile has no blocks" err && [ ! -e blocks.csv ]'
kept "and what was measured is kept elsewhere"
well "the process is well to the end"
ends
