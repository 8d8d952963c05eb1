# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Holds what --builtins=all counts against a tool of sys.monitoring's own, in the same interpreter (3.12 on).

    callables.py count      run, and print each callable that is not Python's: name and calls
    callables.py plain      run alike, for bpfprof to watch
    callables.py compare COUNTED PROFILE.json   what differs, a line each
"""
import functools
import json
import operator
import sys
import types


class Plain:
    pass


class Made:
    def __init__(self, x):
        self.x = len(x)


class Called:
    def __call__(self):
        return len(())


def mixed(half=functools.partial(pow, 2), first=operator.itemgetter(0), called=Called(), pairs={}):
    for i in range(50):
        int("3"), str(i), Plain(), Made(()), list(map(int, "12"))
        int.__add__(i, 1), (1).__add__(2), half(i), first([i]), called()
        "a".upper(), str.upper("b"), pairs.get(i), type(i), isinstance(i, int), dict(a=1), int(*"7"), dict(**{"b": i})
        try:
            int("x")
        except ValueError:
            pass
        try:
            half("x")
        except TypeError:
            pass
        super(Plain, Plain()).__init__()
        (lambda: Plain())()


def shown(callable_, first):
    kind = type(callable_)
    if kind in (types.FunctionType, types.MethodType):
        return None
    if kind is types.MethodDescriptorType and first is sys.monitoring.MISSING:
        return "<%s object>" % kind.__name__
    if kind is types.BuiltinFunctionType and isinstance(getattr(type(callable_.__self__), callable_.__name__, None),
                                                        types.MethodDescriptorType):
        return repr(getattr(type(callable_.__self__), callable_.__name__))
    if kind is types.BuiltinFunctionType:
        return "<built-in method %s.%s>" % (callable_.__module__, callable_.__name__)
    if kind in (types.MethodDescriptorType, types.WrapperDescriptorType):
        return repr(callable_)
    return "<class '%s'>" % callable_.__name__ if isinstance(callable_, type) else "<%s object>" % kind.__name__


def count():
    told, monitoring = {}, sys.monitoring

    def call(code, offset, callable_, first):
        name = shown(callable_, first)
        if code is mixed.__code__ and name:
            told[name] = told.get(name, 0) + 1

    monitoring.use_tool_id(2, "count")
    monitoring.register_callback(2, monitoring.events.CALL, call)
    monitoring.set_events(2, monitoring.events.CALL)
    mixed()
    monitoring.set_events(2, 0)
    print(json.dumps(told))


def short(name):
    """Types of C have their module in their name, or not."""
    for head in ("<class '", "<"):
        if name.startswith(head) and (head != "<" or name.endswith(" object>")):
            return head + name[len(head):].rsplit(".", 1)[-1]
    return name


def compare(counted, profile):
    with open(counted) as f:
        theirs = json.load(f)
    with open(profile) as f:
        p = json.load(f)
    caller = next(f["id"] for f in p["functions"] if f["name"] == "mixed")
    ours = {}
    for e in p["edges"]:
        if e["caller"] == caller and e["callee_name"].startswith("<") and e["callee_name"] != "<lambda>":
            ours[short(e["callee_name"])] = ours.get(short(e["callee_name"]), 0) + e["ncalls"]
    for name in sorted(set(theirs) | set(ours)):
        if theirs.get(name) != ours.get(name):
            print("%s: told %s, bpfprof %s" % (name, theirs.get(name), ours.get(name)))
    if len(theirs) < 15:
        print("only %d are there" % len(theirs))


if __name__ == "__main__":
    {"count": count, "plain": mixed, "compare": compare}[sys.argv[1]](*sys.argv[2:])
