#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# An interpreter without symbols but those it exports.
# shellcheck source=tests/e2e/places/common.sh
. "$(dirname "$0")/common.sh"

for stripped in $(pythons_all | grep '^pyenv-'); do
	python_use "$stripped"
	cp -L "${PYTHON[0]%/bin/*}"/lib/libpython3.*.so.1.0 "$work/"
	strip --strip-all "$work"/libpython3.*.so.1.0
	LD_LIBRARY_PATH=$work "$bpfprof" -v --bias off --backend=inline -- "${PYTHON[@]}" -c '
def f(): pass
for _ in range(10000): f()' >"$work/out" 2>"$work/err"
	has "$stripped, stripped: every call is counted" '^ +10000 .*\(f\)'
	has "$stripped, stripped: by that file" " $work/libpython3"
done
