#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Profiles a real script, Python's own indentation checker over a package of the standard library,
# with the system's python3, and prints its table. demo.sh BPFPROF
set -euxo pipefail

"$1" -s time -n 15 -- /usr/bin/python3 -m tabnanny -q /usr/lib/python3*/json
