#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# make bench: what profiling costs on every interpreter. run.sh BUILD_DIR
set -euo pipefail

here=$(dirname "$0")
# shellcheck source=tests/pythons.sh
. "$here/../pythons.sh"
"$here/../fetch-pythons.sh"
"$here/../fetch-modules.sh" || true # then the page stands alone

# shellcheck source=tests/libraries.sh
. "$here/../libraries.sh"

for version in ${VERSIONS:-3.9 3.11 3.13 3.14 3.15}; do
	python_use "$version"
	case $version in
	3.9 | pyenv-*) path=$cache/libraries && libraries "$path" ;;
	3.11) path= ;;
	*) path=$PYDIR/libraries && libraries "$cache/forky$path" ;;
	esac
	# perf finds the interpreter's and its map's files only outside of the chroot
	case $version in
	3.9 | 3.11 | pyenv-*) unset UNDER_PERF ;;
	*) export UNDER_PERF="env PYTHONHOME=$cache/forky/usr PYTHONPATH=$cache/forky$path \
		$cache/forky/lib64/ld-linux-x86-64.so.2 --library-path \
		$cache/forky/usr/lib/x86_64-linux-gnu $cache/forky${PYTHON[2]} -X perf $here/target.py" ;;
	esac
	/usr/bin/python3 "$here/bench.py" "$1" "$version" "$PYDIR/bench/target.py" \
		env "PYTHONPATH=$path" "${PYTHON[@]}"
done
