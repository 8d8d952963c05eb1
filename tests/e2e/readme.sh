#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The README's examples are what the commands print. readme.sh BPFPROF
exec python3 "$(dirname "$0")/readme.py" "$(realpath "$1")"
