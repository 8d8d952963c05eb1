# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs a workload, and counts its Python calls from inside.

    oracle.py count WORKLOAD.py OUT.json   count with sys.setprofile and threading.setprofile
    oracle.py OUT.json WORKLOAD.py         the same
    oracle.py plain WORKLOAD.py            run it and nothing else, for bpfprof to watch

The window is the loading of the workload and its run(), with all threads started there; the driver
is the same in both modes, so that outside the window both make the same calls. For each function:
calls, and primitive calls (depth per thread and code object); for each (caller, callee) pair the
same with a depth of its own per thread, which is cProfile's rule.

An event is what sys.setprofile says: each start and resume of a generator or coroutine is a call,
each yield a return, throw() is a call. The profile of a thread is set inside
Thread._bootstrap_inner: that and _bootstrap are not seen, and what _bootstrap_inner calls has no
caller. Calls of Thread methods are therefore compared only where the caller was seen.
"""
import gc
import json
import sys
import threading


class Oracle:
    def __init__(self):
        self.lock = threading.Lock()
        self.funcs = {}
        self.pairs = {}
        self.kept = {}  # keeps code objects alive, so that an id names one of them
        self.local = threading.local()

    def state(self):
        if not hasattr(self.local, "stack"):
            self.local.stack = []
            self.local.open = {}
        return self.local.stack, self.local.open

    def event(self, frame, what, arg):
        if what == "call":
            self.call(frame)
        elif what == "return":
            self.leave(frame)

    def call(self, frame):
        stack, opened = self.state()
        code = frame.f_code
        caller = stack[-1][1] if stack else None
        with self.lock:
            self.kept[id(code)] = code
            self.count(self.funcs, opened, id(code), self.key(code))
            if caller is not None:
                pair = (self.key(caller), self.key(code))
                self.count(self.pairs, opened, (id(caller), id(code)), pair)
        stack.append((id(frame), code, caller))

    @staticmethod
    def key(code):
        return (code.co_filename, code.co_firstlineno, code.co_name)

    @staticmethod
    def count(table, opened, what, key):
        figures = table.setdefault(key, [0, 0])
        figures[0] += 1
        if not opened.get(what):
            figures[1] += 1
        opened[what] = opened.get(what, 0) + 1

    def leave(self, frame):
        stack, opened = self.state()
        if not stack or stack[-1][0] != id(frame):
            return  # entered before the window
        _, code, caller = stack.pop()
        opened[id(code)] -= 1
        if caller is not None:
            opened[(id(caller), id(code))] -= 1

    def dump(self, path):
        def clean(key):
            return [s.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
                    if isinstance(s, str) else s for s in key]

        funcs = sorted([clean(k), *v] for k, v in self.funcs.items())
        pairs = sorted([clean(a), clean(b), *v] for (a, b), v in self.pairs.items())
        with open(path, "w", encoding="utf-8") as f:
            json.dump({"python": "%d.%d" % sys.version_info[:2], "functions": funcs,
                       "pairs": pairs}, f)


def load(path):
    space = {"__name__": "workload"}
    with open(path, encoding="utf-8") as f:
        exec(compile(f.read(), path, "exec"), space)
    return space["run"]


def main(mode, path, out=None):
    gc.disable()  # when a collection falls due depends on what else the process allocates
    if mode == "plain":
        load(path)()
        return
    if mode != "count":
        out = mode
    oracle = Oracle()
    threading.setprofile(oracle.event)
    sys.setprofile(oracle.event)
    try:
        load(path)()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    oracle.dump(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
