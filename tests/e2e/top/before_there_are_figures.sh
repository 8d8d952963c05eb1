#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Before there are figures the screen says what goes on: here that the process is entered, which a thread in vfork keeps
# from being done.
# shellcheck source=tests/e2e/top/common.sh
. "$(dirname "$0")/common.sh"

stop
spawning
on_screen 100 30 "$bpfprof" top -i 0.2 -p "$pid"
shows "what goes on" 'entering the process'
: >"$work/gate"
shows "then there are figures" '<module> .*spawns.py'
keys q
shows "q ends it" 'ended: 0'
