#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A report that cannot be written leaves nothing open.
# shellcheck source=tests/e2e/top/common.sh
. "$(dirname "$0")/common.sh"

begun
for n in 1 2 3; do # no file can be made there
	keys w "/proc/$n.json" Enter
	shows "it says why not, for the $n." "/proc/$n.json: No such file"
done
if [[ $(readlink "/proc/$me/fd"/*) =~ (^|$'\n')/proc($|$'\n') ]]; then
	fail "and leaves nothing open" "$(readlink "/proc/$me/fd"/* | grep -cx /proc) directories"
else
	pass "and leaves nothing open"
fi
keys q
shows "q ends it" 'ended: 0'
