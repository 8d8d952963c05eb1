# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs a workload, and counts its Python calls from inside.

    oracle.py count WORKLOAD.py OUT.json   count with sys.setprofile and threading.setprofile
    oracle.py plain WORKLOAD.py            run it and nothing else, for bpfprof to watch

The counts are those of loading the workload and of its run(): for each function the calls, the
primitive calls (per thread and code object), and for each (caller, callee) pair the same with a
depth of its own.
"""
import json
import sys
import threading


class Oracle:
    def __init__(self):
        self.lock = threading.Lock()
        self.funcs = {}
        self.pairs = {}
        self.codes = []  # keeps code objects alive, so that an id names one of them
        self.local = threading.local()
        self.kept = {}

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
            return
        _, code, caller = stack.pop()
        opened[id(code)] -= 1
        if caller is not None:
            opened[(id(caller), id(code))] -= 1

    def dump(self, path):
        def clean(key):
            return [s.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
                    if isinstance(s, str) else s for s in key]

        funcs = [[clean(k), *v] for k, v in self.funcs.items()]
        pairs = [[clean(a), clean(b), *v] for (a, b), v in self.pairs.items()]
        with open(path, "w") as f:
            json.dump({"functions": funcs, "pairs": pairs}, f)


def load(path):
    space = {"__name__": "workload"}
    with open(path, encoding="utf-8") as f:
        exec(compile(f.read(), path, "exec"), space)
    return space["run"]


def main(mode, path, out=None):
    if mode == "plain":
        load(path)()
        return
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
