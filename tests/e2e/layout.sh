#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The version table against each interpreter, as it runs. layout.sh BPFPROF
set -uo pipefail

# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh" layout "$1"
here=$(cd "$(dirname "$0")" && pwd)
layout=$(dirname "$bpfprof")/tests/e2e/layout

# look_at NAME PYTHON...
look_at() {
	local name=$1 pid
	shift
	: >"$work/facts"
	: >"$work/err"
	"$@" -c "$(cat "$here/layout.py")" >"$work/facts" 2>"$work/err" &
	pid=$!
	started+=("$pid")
	if soon eval 'grep -q ready "$work/facts" || [ -s "$work/err" ]' && [ ! -s "$work/err" ]; then
		"$layout" "$pid" "$name" <"$work/facts"
	else
		fail "$name" "the program does not say where things are"
	fi
	kill -9 "$pid"
	wait "$pid" 2>/dev/null || :
}

for version in $(pythons_all); do
	python_use "$version"
	look_at "$version" "${PYTHON[@]}"
done
