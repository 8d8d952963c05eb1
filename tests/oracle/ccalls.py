# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Holds bpfprof's C functions against what sys.setprofile tells each thread of them, where cProfile, which before 3.12
sees one thread and from then on has one stack for all, does not know who called.

    ccalls.py count OUT.json FILE.py...       run workloads, and count
    ccalls.py count-hot OUT.json FILE.py...   run them twice, and count the second time
    ccalls.py compare A.json B.prof FILE.py...   what differs, a line each

Compared are the calls of every C function by each of the files' functions, and of these by each C function.
"""
import json
import sys
import threading
import types

from cprofiled import add, loaded, of, pairs_of, run


class Told:
    def __init__(self):
        self.lock = threading.Lock()
        self.local = threading.local()
        self.found = {}

    def opened(self):
        """The C function that each of the thread's frames has called."""
        if not hasattr(self.local, "opened"):
            self.local.opened = {}
        return self.local.opened

    def event(self, frame, what, arg):
        if what == "c_call":
            self.opened()[id(frame)] = shown(arg)
            self.count(of_code(frame.f_code), of_c(shown(arg)))
        elif what == "call":
            self.opened().pop(id(frame), None)
            by = self.opened().get(id(frame.f_back))
            if by:
                self.count(of_c(by), of_code(frame.f_code))
        elif what != "return":
            self.opened().pop(id(frame), None)

    def count(self, caller, callee):
        with self.lock:
            add(self.found, caller, callee, 1, 0)


def of_code(code):
    return code.co_filename, code.co_firstlineno, code.co_name


def of_c(name):
    return "~", 0, name


def shown(function):
    """What it is called, by the rules of cProfile; where Python overrides a method, by that one of C."""
    owner, name = function.__self__, function.__name__
    for kind in type(owner).__mro__ if owner is not None else ():
        there = kind.__dict__.get(name)
        if isinstance(there, (types.BuiltinFunctionType, types.MethodDescriptorType)):
            return repr(there)
    module = function.__module__
    return "<%s%s%s>" % ("built-in method " if owner is not None else "", module + "." if module else "", name)


def watch(event):
    if hasattr(threading, "setprofile_all_threads"):
        threading.setprofile_all_threads(event)
    else:
        threading.setprofile(event)
    sys.setprofile(event)


def count(out, *paths):
    dump(out, lambda told: [run(path) for path in paths])


def count_hot(out, *paths):
    """Threads that stay are watched from their starts on."""
    def twice(told):
        parts = loaded(paths)
        told.found.clear()
        for part in parts:
            part()

    dump(out, twice)


def dump(out, what):
    told = Told()
    watch(told.event)
    what(told)
    watch(None)
    with open(out, "w") as f:
        json.dump([[*pair, calls[0]] for pair, calls in told.found.items()], f)


def compare(theirs, ours, *files):
    with open(theirs) as f:
        a = of(files, {(tuple(caller), tuple(callee)): calls for caller, callee, calls in json.load(f)})
    b = of(files, {pair: calls[0] for pair, calls in pairs_of(ours).items() if calls[0]})
    for pair in sorted(set(a) | set(b)):
        if a.get(pair) != b.get(pair):
            print("%s: told %s, bpfprof %s" % (pair, a.get(pair), b.get(pair)))
    if len(a) < 20:
        print("only %d pairs are of C functions" % len(a))


if __name__ == "__main__":
    {"count": count, "count-hot": count_hot, "compare": compare}[sys.argv[1]](*sys.argv[2:])
