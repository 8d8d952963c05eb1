#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Profiles a real script, Python's own byte-code compiler over a package of the standard library,
# and prints its table. demo.sh BPFPROF
#
# Debian 12's own python3, 3.11, fires function__return alone (see bpfprof probes), so the demo
# takes Debian 11's 3.9 from the same mirror.
set -euo pipefail

here=$(dirname "$0")
"$here/fetch-pythons.sh" bullseye
# shellcheck source=tests/pythons.sh
. "$here/pythons.sh"
python_use 3.9
set -x
"$1" --usdt -s time -n 15 -- "${PYTHON[@]}" -m tabnanny -q "$cache/bullseye/usr/lib/python3.9/json"
