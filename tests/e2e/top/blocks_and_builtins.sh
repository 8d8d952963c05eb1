#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# C functions as rows; blocks, and by track.
# shellcheck source=tests/e2e/top/common.sh
. "$(dirname "$0")/common.sh"

touch "$work/go"
on_screen 100 30 "$bpfprof" top -i 0.2 --builtins --track 0:Shop=shop.py:tick --track 1:Work=shop.py:work -p "$pid"
shows "a C function" ' <built-in method time.sleep>'
keys / sleep Enter Enter
shows "and its caller" ' < tick .*shop.py:5'
keys Escape Tab Tab
shows "blocks" '[12] blocks by wall time'
shows "their hits" '^ +[0-9.k]+ .* tick track 0 Shop'
keys b
shows "tracks" '[12] tracks by wall time'
shows "with their blocks" ' track 0 Shop 1 block$'
keys / Shop Enter Enter
shows "blocks of a track" '1 blocks of track 0 Shop by wall time'
keys Escape
shows "and back" '[12] tracks by wall time'
keys q
shows "q ends it" 'ended: 0'
