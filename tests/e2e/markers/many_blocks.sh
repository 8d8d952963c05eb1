#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Ten thousand blocks fit; a table that is full is a loss, and no more.
# shellcheck source=tests/e2e/markers/common.sh
. "$(dirname "$0")/common.sh"

marked
counts 'ten thousand blocks' "$(for ((i = 0; i < 10000; i++)); do echo "$((i % 7)),block $i,2"; done)" '' \
	--max-blocks=10000 -- "$work/pie" many 10000
"${prof[@]}" --max-blocks=1000 -o "$work/p.json" -- "$work/pie" many 3000 2>"$work/err"
same 'a full table is a loss, and no more' "$(losses "$work/p.json") $(hits "$work/p.json" | wc -l)" \
	'blocks_full=4000 1000'
