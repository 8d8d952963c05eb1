# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Processes that the profiled one starts. Sourced by each case.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "children/$(basename "$0" .sh)" "$1"

python_use 3.11

# ended NAME STATUS PATTERN: the status is the command's, and its report has PATTERN
ended() {
	if [ "$2" != 7 ]; then
		fail "$1" "status $2, not the command's"
	else
		has "$1" "$3"
	fi
}

# noted PATTERN: how many processes the report's notes say that of
noted() {
	sed -n "s/^ *Note: \([0-9]*\) $1.*/\1/p" "$work/out"
}
