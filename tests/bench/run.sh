#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# make bench: what profiling costs on every interpreter. run.sh BUILD_DIR
set -euo pipefail

here=$(dirname "$0")
# shellcheck source=tests/pythons.sh
. "$here/../pythons.sh"
"$here/../fetch-pythons.sh"
for version in ${VERSIONS:-3.9 3.11 3.13 3.14 3.15}; do
	python_use "$version"
	/usr/bin/python3 "$here/bench.py" "$1" "$version" "$PYDIR/bench/target.py" "${PYTHON[@]}"
done
