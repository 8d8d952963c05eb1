# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The dispatch table's instructions and where it is. Sourced by each case.
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../expect.sh" "optable/$(basename "$0" .sh)" "$1"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
rows=$here/../../user/cpython/optable.def

# ours MINOR: what the rows say, as opcodes.py prints it
ours() {
	awk -F '[(), ]+' -v column=$(($1 - 11 + 5)) -v minor="$1" '
	/^OP\(/ && $column { print $2, $column }
	/^UNUSED\(/ && $2 == minor { for (i = $3; i <= $4; i++) print "unused", i }' "$rows" | sort
}

table_at() {
	sed -n 's/^table: .* at 0x\([0-9a-f]*\), .* to hook$/\1/p' "$work/$1"
}
