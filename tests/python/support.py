# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the cases of the package share."""
import pathlib
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve()


def line_here():
    return sys._getframe(1).f_lineno


def blocks_of(profiler):
    """[(track, name, line, hits)] in the order of the results."""
    return [
        (track.track_idx, block.name, block.line, block.hit_count)
        for track in profiler.get_results().tracks.values()
        for block in track.blocks.values()
    ]


def hits(profiler):
    return {(t, name): n for t, name, _, n in blocks_of(profiler)}


def raises(kind, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except kind as error:
        return str(error)
    raise AssertionError(f"{kind.__name__} was not raised")


def busy(ns):
    until = time.perf_counter_ns() + ns
    while time.perf_counter_ns() < until:
        pass


def in_thread(call, *args):
    box = []
    thread = threading.Thread(target=lambda: box.append(call(*args)))
    thread.start()
    thread.join()
    return box[0]
