# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Profiler: the recorder with its names, results and exports."""

import sys

from bpfprof import _core, _export
from bpfprof._results import ProfilerResults, ProfileTrack, _Table
from bpfprof._wrap import wrap


def _learn():
    """Whether the place of the running instruction is known: it must be the same at one place and
    another at another. What does not hold costs speed and nothing else."""
    code = sys._getframe().f_code
    seen = []
    for _ in range(2):
        seen.append(_core.probe(code))
        seen.append(_core.probe(code))
    return 0 not in seen and seen[0] == seen[2] and seen[1] == seen[3] and seen[0] < seen[1]


_core.trust(_learn())


def _where(func):
    """File and first line of a function; of the call of track() for what has no code."""
    code = getattr(func, "__code__", None)
    if code is not None:
        return code.co_filename, code.co_firstlineno
    frame = sys._getframe(2)
    return frame.f_code.co_filename, frame.f_lineno


class Profiler(_core.Recorder):
    """Times named blocks on tracks (0 to 1023), in all threads.

    A block is its track, name, file and line. It is recorded while the profiler is started, its
    track is enabled and all profilers are (set_global_enabled); these switches hold for all threads
    at once, also for functions that are decorated already.
    """

    # while nobody has put anything into the dictionary, the interpreter finds profiler.block the
    # quick way (3.11 and later)
    __slots__ = ("name", "_names", "_switched", "__weakref__", "__dict__")

    def __init__(self, name="Profiler"):
        super().__init__(str(name))
        self.name = name
        self._names = {}
        self._switched = set()

    def __repr__(self):
        rows = self._snapshot()
        tracks = {row[2] for row in rows} | self._switched | self._names.keys()
        threads = len({row[0] for row in rows})
        return (
            f"Profiler(name={self.name!r}, tracks={len(tracks)}, threads={threads}, "
            f"started={self.is_started()})"
        )

    def start(self):
        self._set_started(True)

    def stop(self):
        self._set_started(False)

    def is_started(self):
        return self._is_started()

    def track(self, track_idx, name=None):
        """A decorator that times each call as a block: name, or the function's own.

        Generators, coroutines and asynchronous generators are timed while they run: each stretch
        from one suspension to the next is a hit, and what they wait for is not in it.
        """

        def decorate(func):
            if isinstance(func, (staticmethod, classmethod)):
                return type(func)(decorate(func.__func__))
            label = name if name is not None else getattr(func, "__name__", type(func).__name__)
            file, line = _where(func)
            return wrap(self._block(track_idx, str(label), file, line), func)

        return decorate

    def set_track_enabled(self, track_idx, enabled):
        self._set_track(track_idx, enabled)
        self._switched.add(track_idx)

    def is_track_enabled(self, track_idx):
        return self._is_track(track_idx)

    def set_track_name(self, track_idx, name):
        self._name_track(track_idx, str(name))
        self._names[track_idx] = str(name)

    def clear(self):
        """Drops what was recorded, in all threads, while they run. Names and switches stay; a block
        that is open counts when it ends."""
        self._clear()

    def get_results(self):
        """All threads together, those that ended too."""
        return self._merge(self._snapshot(), None, self._switched | self._names.keys())

    def get_all_thread_data(self):
        """{thread id: ProfilerResults}, for every thread that finished a block.

        The key is the kernel's thread id, threading.get_native_id(), as ps and tracers show it. It
        is not threading.get_ident(), which the next thread may have again. Should the kernel give
        a dead thread's id to another, the later one's key is 2**32 higher for each before it.
        """
        by_thread = {}
        for row in self._snapshot():
            by_thread.setdefault(row[0], []).append(row)
        data = {}
        for serial in sorted(by_thread):
            key = by_thread[serial][0][1]
            while key in data:
                key += 2**32
            data[key] = self._merge(by_thread[serial], key, ())
        return data

    def export_csv(self, filename):
        _export.export_csv(self.get_results(), filename)

    def export_json(self, filename, indent=2):
        _export.export_json(self.get_results(), filename, indent)

    def print_results(self):
        _export.print_results(self.get_results())

    def _new_track(self, index):
        return ProfileTrack(index, self._names.get(index), self.is_track_enabled(index))

    def _merge(self, rows, thread_id, tracks):
        found = {index: self._new_track(index) for index in tracks}
        for row in rows:
            _, _, index, block, name, file, line, *figures = row
            if index not in found:
                found[index] = self._new_track(index)
            hits, total, low, high, own, histogram = figures
            found[index].add_block(block, name, file, line)._add(
                hits, total, low, high, own, histogram
            )
        table = _Table((index, found[index]) for index in sorted(found))
        for track in table.values():
            track.blocks = _Table(sorted(track.blocks.items()))
        return ProfilerResults(self.name, table, thread_id, _core.lost())
