# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Named blocks of a Python program, timed inside the process and visible from outside it.

    from bpfprof import Profiler

    profiler = Profiler("MyApp")

    @profiler.track(0, "work")
    def work():
        with profiler.block(1, "query"):
            ...

    profiler.print_results()

Every block also calls the marker functions of bpfprof.h, so that a profiler outside of the process
sees the same blocks. Times are wall time in nanoseconds.
"""

from bpfprof._core import __version__, is_global_enabled, set_global_enabled
from bpfprof._export import export_csv, export_json, format_time_ns, print_results
from bpfprof._profiler import Profiler
from bpfprof._results import ProfileBlock, ProfilerResults, ProfileTrack

__all__ = [
    "ProfileBlock",
    "ProfileTrack",
    "Profiler",
    "ProfilerResults",
    "__version__",
    "export_csv",
    "export_json",
    "format_time_ns",
    "is_global_enabled",
    "print_results",
    "set_global_enabled",
]
