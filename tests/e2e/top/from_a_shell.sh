#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# From a shell it stops and goes on as other programs do.
# shellcheck source=tests/e2e/top/common.sh
. "$(dirname "$0")/common.sh"

on_screen 80 24 bash --norc
keys "$bpfprof top -i 0.2 -p $pid" Enter
shows "from a shell" 'tick'
keys C-z
shows "Ctrl-Z stops it" 'Stopped'
keys 'clear; stty -a' Enter
shows "the terminal is whole meanwhile" '^isig icanon iexten echo '
keys fg Enter
shows "fg goes on" 'by wall time'
keys q
soon on_it '^bash-'
keys 'clear; stty -a' Enter
shows "and afterwards" '^isig icanon iexten echo '
