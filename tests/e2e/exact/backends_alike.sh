#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The backends see the same over the whole of a run, the interpreter's start included.
# shellcheck source=tests/e2e/exact/common.sh
. "$(dirname "$0")/common.sh"

# alike VERSION BACKEND...: the backends with one another over the whole of a run, the interpreter's start included
alike() {
	local backend version=$1 same=()
	shift
	python_use "$version"
	files_use "alike:$version" launched
	for backend in "$@"; do
		launched "$backend" pairs && mv "$work/p.json" "$work/$backend.json" && same+=("$work/$backend.json")
	done
	if [ ${#same[@]} = $# ] && /usr/bin/python3 "$oracle/same.py" "${same[@]}" >"$work/out"; then
		pass "$# backends alike, $version"
	else
		fail "$# backends alike, $version" "counts differ"
	fi
}

for version in 3.9 3.15; do
	alike $version usdt inline eval
done
