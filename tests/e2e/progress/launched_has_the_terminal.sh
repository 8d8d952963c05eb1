#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A launched program has the terminal for itself.
# shellcheck source=tests/e2e/progress/common.sh
. "$(dirname "$0")/common.sh"

on_screen 100 30 "$bpfprof" -n 1 -- "${PYTHON[@]}" -c 'import time
print("mine", end="", flush=True)
time.sleep(.5)
print(" alone")'
shows "a launched program has the terminal for itself" '^mine alone$'
