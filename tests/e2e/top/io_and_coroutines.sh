#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What is read and written, and coroutines, counted exactly.
# shellcheck source=tests/e2e/top/common.sh
. "$(dirname "$0")/common.sh"
stop

cat >"$work/reader.py" <<'EOF2'
import asyncio, os, time
def give(fd):
    os.write(fd, b"x" * 700)
async def take(fd):
    await asyncio.sleep(0)
    return os.read(fd, 700)
async def both(r, w):
    for _ in range(321):
        give(w)
        await take(r)
asyncio.run(both(*os.pipe()))
print("ready", flush=True)
while True:
    time.sleep(.05)
EOF2
python_use 3.11
on_screen 140 30 "$bpfprof" top -i 0.2 --io --coroutines -- "${PYTHON[@]}" "$work/reader.py"
keys f reader Enter
shows "functions" '^ +[0-9.]+ +[0-9.]+ .* 321 .* give .*reader.py:2'
keys i
shows "bytes that are written" '^ +0 +0 +0 +0 +0 +0 +321 +225k +0 +0 +225k give .*reader.py:2'
shows "bytes that are read" '^ +0 +0 +0 +0 +321 +225k +0 +0 +0 +225k +0 take .*reader.py:4'
keys a
shows "coroutines" '^ +0 +0 +321 +0 +[0-9.]+ .* take .*reader.py:4'
keys a
shows "times again" 'functions by wall time'
keys q
shows "q ends it" 'ended: 130'
on_screen 80 24 "$bpfprof" top -i 0.2 -- "${PYTHON[@]}" "$work/reader.py"
shows "functions, without either" '[0-9]+ functions by wall time'
keys i
shows "not counted" 'not counted: start top with --io'
keys a
shows "not timed" 'not timed: start top with --coroutines'
