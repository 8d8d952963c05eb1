#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# No terminal, no process: refused in one line.
# shellcheck source=tests/e2e/top/common.sh
. "$(dirname "$0")/common.sh"

refuse "no terminal" 1 'are not a terminal' "$bpfprof" top -p "$pid"
refuse "no process" 2 'give -p PID or -- COMMAND' "$bpfprof" top
