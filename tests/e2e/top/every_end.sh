#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The terminal is whole after every end.
# shellcheck source=tests/e2e/top/common.sh
. "$(dirname "$0")/common.sh"

begun
keys C-c
shows "Ctrl-C ends it" 'ended: 0'
whole "the terminal is whole after Ctrl-C"
for row in TERM:0 HUP:0 QUIT:131 SEGV:139 ABRT:134; do
	begun
	kill -"${row%:*}" "$me"
	shows "SIG${row%:*} ends it" "ended: ${row#*:}"
	whole "the terminal is whole after SIG${row%:*}"
done
