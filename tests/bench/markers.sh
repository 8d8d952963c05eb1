#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# make bench: what blocks cost in C and on every interpreter. markers.sh BUILD_DIR
set -euo pipefail

build=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
# shellcheck source=tests/pythons.sh
. "$here/../pythons.sh"
"$here/../fetch-pythons.sh"
"$build/tests/bench/markers"
for version in ${VERSIONS:-3.9 3.11 3.13 3.14 3.15}; do
	python_use "$version"
	bpfprof_use "$build"
	# /sys says whether the time stamp counter is to be trusted
	unshare -m bash -c 'mount --rbind /sys "$1/sys"; shift; exec "$@"' - "$cache/forky" \
		"${PYTHON[@]}" "$PYDIR/bench/markers.py" "$version"
done
