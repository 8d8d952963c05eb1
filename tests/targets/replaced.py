# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Calls of C functions of whose ends a tool is not told: they set another profile function, or another tool raises at
the call or at its end. What is called next is called by who called them."""
import _lsprof
import sys


def first():
    return 1


def then():
    return 2


def see(frame, event, arg):
    return None


def raises_at(wanted):
    def look(frame, event, arg):
        if event == wanted and arg is len:
            raise ValueError

    return look


def by_function():
    for _ in range(3):
        sys.setprofile(see)
        first()
        sys.setprofile(None)
        then()


def by_profiler():
    profiler = _lsprof.Profiler()
    for _ in range(3):
        profiler.enable()
        first()
        profiler.disable()
        then()


def fails(wanted):
    for _ in range(3):
        sys.setprofile(raises_at(wanted))
        try:
            len([])
        except ValueError:
            first()
        sys.setprofile(None)
        then()


def unsets(x):
    sys.setprofile(None)
    return then()


def beneath():
    for _ in range(3):
        sorted([3, 1, 2], key=unsets)
        first()


def waits():
    sys.setprofile(None)
    for _ in range(1000000):
        pass


def raises(code, offset, function, arg):
    if function is len:
        raise ValueError


def tool_fails():
    monitoring = sys.monitoring
    monitoring.use_tool_id(1, "test")
    monitoring.register_callback(1, monitoring.events.CALL, raises)
    monitoring.set_events(1, monitoring.events.CALL)
    for _ in range(3):
        try:
            len([])
        except ValueError:
            first()
    monitoring.set_events(1, 0)
    monitoring.free_tool_id(1)
    then()


by_function()
by_profiler()
fails("c_call")
fails("c_return")
beneath()
waits()
if hasattr(sys, "monitoring"):
    tool_fails()
