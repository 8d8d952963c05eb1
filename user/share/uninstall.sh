#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# uninstall.sh MAKE DESTDIR PREFIX: removes what install writes, found by one of another place, and then
# directories of ours that are empty.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$1" --no-print-directory -s install "DESTDIR=$dir" "PREFIX=$3"
(cd "$dir" && find . ! -type d -print0) | (cd "$2/" && xargs -0 rm -fv --)
[ ! -d "$2$3/share/bpfprof" ] || find "$2$3/share/bpfprof" -depth -type d -empty -delete
