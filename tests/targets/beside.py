# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs work() under each of the program's own profilers, tracers and debuggers in turn, and prints what they saw."""
import cProfile
import io
import pdb
import pstats
import sys

N = 500
seen = {"profiled": 0, "traced": 0, "covered": 0}


def work():
    for i in range(N):
        ().count(i)


def profiled(frame, event, arg):
    seen["profiled"] += event == "c_call" and arg.__name__ == "count"


def traced(frame, event, arg):
    seen["traced"] += event == "line" and frame.f_code is work.__code__
    return traced


def covered(code, line):
    seen["covered"] += code is work.__code__


def by_cprofile():
    profile = cProfile.Profile()
    profile.runcall(work)
    return [row[0] for key, row in pstats.Stats(profile).stats.items() if "'count' of 'tuple'" in key[2]]


def by_functions():
    sys.setprofile(profiled)
    work()
    stays = sys.getprofile() is profiled
    sys.setprofile(None)
    sys.settrace(traced)
    work()
    stays &= sys.gettrace() is traced
    sys.settrace(None)
    return stays


def by_debugger():
    said = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO("break work\ncontinue\nnext\nnext\nprint('i is', i)\nclear 1\ncontinue\n"),
                       stdout=said)
    debugger.run("work()", globals())
    return "i is 0" in said.getvalue()


def by_coverage():
    monitoring = sys.monitoring
    monitoring.use_tool_id(monitoring.COVERAGE_ID, "coverage")
    monitoring.register_callback(monitoring.COVERAGE_ID, monitoring.events.LINE, covered)
    monitoring.set_events(monitoring.COVERAGE_ID, monitoring.events.LINE)
    work()
    monitoring.free_tool_id(monitoring.COVERAGE_ID)


result = by_cprofile(), by_functions(), by_debugger()
if sys.version_info >= (3, 12):
    by_coverage()
print(result, seen)
