# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Sourced by the files of this ring: lint.sh [CHECK]... runs these checks alone, of the tree that it is in.

build=$(realpath "${build:-build}")
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
ring=$(basename "$0" .sh)
only=" $* "

# check NAME COMMAND...: holds if the command succeeds and says nothing
check() {
	local name=$1 out
	[[ $only = "  " || $only = *" $1 "* ]] || return
	shift
	if out=$("$@" 2>&1) && [ -z "$out" ]; then
		echo "ok $ring $name"
	else
		echo "not ok $ring $name - $(head -1 <<<"$out")"
		head -100 <<<"$out" | awk '{print "# " $0}'
	fi
}

# Files of the tree by find's tests, with or without git.
sources() {
	find . \( -path ./build -o -name .git -o -name __pycache__ \) -prune -o -type f \( "$@" \) -print
}
