# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tools switched on and off while the program runs: sys.setprofile, sys.settrace and, from 3.12 on,
sys.monitoring, with callbacks in Python and in C. sys.setprofile cannot count that, so every function
here counts itself, with its caller, and none is called that does not."""
import collections
import functools
import sys

TURNS = 60
WARM = 2

calls = collections.defaultdict(int)
moved = collections.defaultdict(int)  # what else it is where a call's callback runs before its probe
in_c = functools.partial(sys.audit, "bpfprof")  # a callback of any arguments that runs no Python


def leaf():
    calls["turn", "leaf"] += 1
    return 1


def gen():
    calls["turn", "gen"] += 1
    yield 1
    calls["turn", "gen"] += 1


def fails():
    calls["turn", "fails"] += 1
    raise ValueError


def turn(caller):
    calls[caller, "turn"] += 1
    leaf()
    for _ in gen():
        pass
    try:
        fails()
    except ValueError:
        pass


def see(frame, event, arg):
    calls[frame.f_code.co_name, "see"] += 1
    if event == "call":
        moved[frame.f_code.co_name, "see"] -= 1
        moved[frame.f_back.f_code.co_name, "see"] += 1


def trace(frame, event, arg):
    calls[frame.f_code.co_name, "trace"] += 1
    if event == "call":
        moved[frame.f_code.co_name, "trace"] -= 1
        moved[frame.f_back.f_code.co_name, "trace"] += 1
    return trace


def monitor(code, *args):
    calls[code.co_name, "monitor"] += 1


def monitor_once(code, *args):
    calls[code.co_name, "monitor_once"] += 1
    return sys.monitoring.DISABLE


def turns(n):
    calls["run", "turns"] += 1
    for _ in range(n):
        turn("turns")


def by_function(switch, callback):
    calls["run", "by_function"] += 1
    for _ in range(3):
        switch(callback)
        for _ in range(TURNS):
            turn("by_function")
        switch(None)
        for _ in range(TURNS):
            turn("by_function")


def by_monitoring(callback, events):
    calls["run", "by_monitoring"] += 1
    monitoring = sys.monitoring
    monitoring.use_tool_id(3, "test")
    for _ in range(3):
        for event in events:
            monitoring.register_callback(3, event, callback)
            monitoring.set_events(3, monitoring.get_events(3) | event)
        for _ in range(TURNS):
            turn("by_monitoring")
        monitoring.restart_events()
        for _ in range(TURNS):
            turn("by_monitoring")
        monitoring.set_events(3, 0)
        for _ in range(TURNS):
            turn("by_monitoring")
    monitoring.free_tool_id(3)


def run():
    calls["", "run"] += 1
    turns(TURNS)
    for callback in (see, in_c):
        by_function(sys.setprofile, callback)
    for callback in (trace, in_c):
        by_function(sys.settrace, callback)
    if sys.version_info >= (3, 12):
        is_a = sys.monitoring.events
        by_monitoring(monitor, (is_a.PY_START, is_a.PY_RESUME, is_a.LINE, is_a.RAISE))
        by_monitoring(monitor, (is_a.PY_RETURN, is_a.PY_YIELD, is_a.PY_UNWIND))
        by_monitoring(monitor_once, (is_a.PY_START, is_a.PY_RESUME, is_a.INSTRUCTION))
        by_monitoring(in_c, (is_a.PY_START, is_a.PY_RETURN, is_a.CALL, is_a.BRANCH))
    turns(TURNS)


if __name__ == "__main__":
    run()
