#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The Python package on every interpreter, from one build. run.sh BUILD_DIR
set -uo pipefail

build=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
# shellcheck source=tests/pythons.sh
. "$here/../pythons.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() {
	if [ "$1" = 0 ]; then echo "ok python $2"; else echo "not ok python $2 - $3"; fi
}

wheel() {
	local file
	file=$(find "$build/wheel" -name '*.whl')
	[ "$(basename "$file")" = "bpfprof-$("$build/bpfprof" --version | cut -d" " -f2)-cp39-abi3-linux_x86_64.whl" ]
	say $? "the wheel is for all versions" "$file"
	/usr/bin/python3 -m zipfile -e "$file" "$work/wheel"
	for part in py.typed __init__.pyi _core.abi3.so; do
		[ -e "$work/wheel/bpfprof/$part" ]
		say $? "the wheel has $part" "it has not"
	done
	PYTHONPATH=$work/wheel timeout 60 /usr/bin/python3 -c \
		'import bpfprof; p = bpfprof.Profiler(); p.track(0)(len)(""); assert p.get_results().total_hits == 1'
	say $? "the wheel imports" "see above"
}

wheel
for version in 3.9 3.11 3.13 3.14 3.15; do
	python_use "$version"
	bpfprof_use "$build"
	PYTHONWARNINGS=ignore::DeprecationWarning \
		timeout 300 "${PYTHON[@]}" "$PYDIR/python/test_package.py" "$version"
	status=$? # 1: it has said which
	[ $status -le 1 ] || echo "not ok python $version - ended with status $status"
done
