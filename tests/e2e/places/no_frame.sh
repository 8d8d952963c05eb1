#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# An interpreter whose frame no register holds is counted by name.
# shellcheck source=tests/e2e/places/common.sh
. "$(dirname "$0")/common.sh"

gcc -O1 -rdynamic "$here/fakepython.c" -o "$work/fakepython"
expect "no frame at the probes" 0 "${prof[@]}" -- "$work/fakepython"
has "no frame: the report says so" 'frame could not be found'
has "no frame: counted by name" '^ +3 .*fake.py:0\(beta\)'
