#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The blocks of a library that is loaded later are counted from their first hit.
# shellcheck source=tests/e2e/markers/common.sh
. "$(dirname "$0")/common.sh"

marked
echo '#include <bpfprof.h>
void loaded(void);
void loaded(void) { BPFPROF_BLOCK(6, "loaded"); }' |
	gcc -O2 "-I$include" -shared -fPIC -x c - -x none "$build/libbpfprof.a" -o "$work/late.so"
counts 'a library loaded later, from its first hit' '6,loaded,50' '' -- "$work/pie" load "$work/late.so" 50
counts 'no markers in the program, some in the library' '6,loaded,50' '' --backend=markers -- \
	/usr/bin/python3 -c "import ctypes
late = ctypes.CDLL('$work/late.so')
for i in range(50): late.loaded()"
