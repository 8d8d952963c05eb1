# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Enters 3020 blocks, and others that are off and must call no marker."""

import asyncio
import sys

import bpfprof

profiler = bpfprof.Profiler("Seen")


@profiler.track(0)
def tracked(n):
    with profiler.block(1, "inside"):
        return n


@profiler.track(2)
async def waits():
    await asyncio.sleep(0)


for i in range(1000):
    tracked(i)
    with profiler.block(3, "loop"):
        pass
for _ in range(10):
    asyncio.run(waits())  # two stretches each
profiler.set_track_enabled(0, False)
profiler.set_track_enabled(1, False)
tracked(1)
profiler.set_track_enabled(0, True)
profiler.set_track_enabled(1, True)
profiler.stop()
tracked(1)
profiler.start()
bpfprof.set_global_enabled(False)
tracked(1)
with profiler.block(3, "off"):
    pass
bpfprof.set_global_enabled(True)
sys.exit(profiler.get_results().total_hits != 3020)
