#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What is open shows at once and every call has its caller, by every way in, on every version that differs in it.
# shellcheck source=tests/e2e/open/common.sh
. "$(dirname "$0")/common.sh"

rows=(inline:{3.9,3.11,3.13,3.14,3.15} eval:{3.9,3.11,3.15} usdt:{3.9,3.15} inline:3.1{1,3,5}:slot eval:3.1{1,5}:slot)
for row in ${ROWS:-${rows[@]}}; do
	use "$row"
	begin open.py
	stands "$row: what is open at the attach" 300 1 --backend="$backend"
	[ "$version" != 3.11 ] || stands "$row: and with its paths" 300 1 --backend="$backend" --paths
	stop
	exec 9>&-
done
