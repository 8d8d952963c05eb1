#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# By env, as another user, in a virtual environment.
# shellcheck source=tests/e2e/places/common.sh
. "$(dirname "$0")/common.sh"

expect "env" 0 "${prof[@]}" -- "${environment[@]}" env "$interpreter" -c pass
expect "a program of other rights" 0 "${prof[@]}" -- \
	setpriv --reuid 65534 --clear-groups "${py[@]}" -c pass
python_use 3.15
venv=$PYDIR/venv
"${PYTHON[@]}" -m venv --without-pip "$venv"
expect "virtual environment" 0 "${prof[@]}" -- "${PYTHON[@]:0:2}" "$venv/bin/python" -c '
import sys
assert sys.prefix.endswith("venv")'
