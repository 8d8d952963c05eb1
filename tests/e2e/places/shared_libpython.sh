#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# An executable of two lines over a libpython.
# shellcheck source=tests/e2e/places/common.sh
. "$(dirname "$0")/common.sh"

python_use 3.15
echo 'int Py_BytesMain(int, char **); int main(int n, char **v) { return Py_BytesMain(n, v); }' |
	gcc -x c - -x none -o "$cache/forky$PYDIR/embedded" -Wl,--allow-shlib-undefined \
		"$cache/forky/usr/lib/x86_64-linux-gnu/libpython3.15.so.1.0"
embedded=(chroot "$cache/forky" "$PYDIR/embedded")
expect "libpython, launched" 0 "${prof[@]}" -- "${embedded[@]}" -c 'def f(): pass
f()'
has "libpython: counted" '^ +1 .*\(f\)'
cp "$work/busy.py" "$cache/forky$PYDIR/"
start "${embedded[@]}" "$PYDIR/busy.py"
attached "libpython, attached" '\(leaf\)' --usdt -d 0.2
stop
