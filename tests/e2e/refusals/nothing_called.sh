#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A profile of nothing says why it is one.
# shellcheck source=tests/e2e/refusals/common.sh
. "$(dirname "$0")/common.sh"

start "${PYTHON[@]}" -c 'import signal; print(flush=True); signal.pause()'
attached "nothing called: it slept" 'Note: nothing was called: the process slept' -q -d 0.2
kill -STOP "$pid"
attached "nothing called: it is stopped" 'Note: nothing was called: .* stopped; .* kill -CONT' -q -d 0.2
kill -CONT "$pid"
stop
start "${PYTHON[@]}" -c $'print(flush=True)\nwhile True: pass'
attached "nothing called: what runs had begun before" 'Note: nothing was called: .* had begun before' -q -d 0.2
stop
