# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs workloads one after the other, and counts their Python calls from inside.

    oracle.py count OUT.json WORKLOAD.py...      count with sys.setprofile and threading.setprofile
    oracle.py plain WORKLOAD.py...               run them and nothing else, for bpfprof to watch
    oracle.py count-hot OUT.json WORKLOAD.py...  count one pass over code that is hot
    oracle.py hot WORKLOAD.py...                 the same for bpfprof to watch: says READY and what is
                                                 cold, waits for a line, runs the pass, says DONE and
                                                 waits for a line

count has loading each workload and its run(); hot has run() alone, after WARM passes (ten where a
workload does not say). For each function there are the calls, the primitive calls (per thread, and
for all code objects of that file, line and name), and for each (caller, callee) pair the same with a depth of its own. A workload with a
table `calls` counts for itself, and is not counted here. One with cold() is asked before the pass
what is not specialised, and one with missing() what it lacks.
"""
import json
import sys
import threading


class Oracle:
    def __init__(self):
        self.lock = threading.Lock()
        self.local = threading.local()
        self.themselves = []  # the files that count for themselves
        self.moved = []
        self.clear()

    def clear(self):
        """What was called so far is forgotten, not what is open."""
        self.funcs = {}
        self.pairs = {}
        self.paths = {}  # (path of the caller, or -1; key) to the path's number
        self.path_calls = []

    def state(self):
        if not hasattr(self.local, "stack"):
            self.local.stack = []
            self.local.open = {}
        return self.local.stack, self.local.open

    def watch(self, event):
        """From 3.12 on, one watched thread has the code of all instrumented, which other tools could see."""
        if hasattr(threading, "setprofile_all_threads"):
            threading.setprofile_all_threads(event)
        else:
            threading.setprofile(event)
        sys.setprofile(event)

    def event(self, frame, what, arg):
        if what == "call":
            self.call(frame)
        elif what == "return":
            self.leave(frame)

    def call(self, frame):
        stack, opened = self.state()
        code = frame.f_code
        caller = stack[-1][1] if stack else None
        above = stack[-1][3] if stack else -1
        with self.lock:
            self.count(self.funcs, opened, self.key(code))
            if caller is not None:
                self.count(self.pairs, opened, (self.key(caller), self.key(code)))
            path = self.paths.setdefault((above, self.key(code)), len(self.path_calls))
            if path == len(self.path_calls):
                self.path_calls.append(0)
            self.path_calls[path] += 1
        stack.append((id(frame), code, caller, path))

    @staticmethod
    def key(code):
        return (code.co_filename, code.co_firstlineno, code.co_name)

    @staticmethod
    def count(table, opened, key):
        figures = table.setdefault(key, [0, 0])
        figures[0] += 1
        if not opened.get(key):
            figures[1] += 1
        opened[key] = opened.get(key, 0) + 1

    def leave(self, frame):
        stack, opened = self.state()
        if not stack or stack[-1][0] != id(frame):
            return
        _, code, caller, _ = stack.pop()
        opened[self.key(code)] -= 1
        if caller is not None:
            opened[self.key(caller), self.key(code)] -= 1

    def add(self, space):
        """What a workload has counted itself; no function of it calls itself."""
        self.themselves.append(space["code"].co_filename)
        keys = {code.co_name: self.key(code) for code in codes_of(space["code"])}
        for (caller, callee), n in space["calls"].items():
            for table, key in (self.funcs, keys[callee]), (self.pairs, (keys.get(caller), keys[callee])):
                if n and None not in key:
                    figures = table.setdefault(key, [0, 0])
                    figures[:] = figures[0] + n, figures[1] + n
        for (caller, callee), n in space.get("moved", {}).items():
            self.moved.append([keys[caller], keys[callee], n])

    def dump(self, path):
        def clean(key):
            return [s.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
                    if isinstance(s, str) else s for s in key]

        funcs = [[clean(k), *v] for k, v in self.funcs.items()]
        pairs = [[clean(a), clean(b), *v] for (a, b), v in self.pairs.items()]
        with open(path, "w") as f:
            json.dump({"functions": funcs, "pairs": pairs, "version": sys.version_info[:3],
                       "themselves": self.themselves, "moved": self.moved,
                       "paths": [[above, clean(key), n] for (above, key), n in zip(self.paths, self.path_calls)]}, f)


def codes_of(code):
    yield code
    for const in code.co_consts:
        if hasattr(const, "co_code"):
            yield from codes_of(const)


def load(path):
    with open(path, encoding="utf-8") as f:
        code = compile(f.read(), path, "exec")
    space = {"__name__": "workload", "code": code}
    exec(code, space)
    return space


def run(space, oracle):
    if oracle and "calls" in space:
        oracle.watch(None)
    space["run"]()
    if oracle and "calls" in space:
        oracle.watch(oracle.event)


def passes(paths, oracle):
    """Loads and runs each."""
    for path in paths:
        space = load(path)
        run(space, oracle)
        yield space


def hot(paths, oracle, meet):
    """Runs each until it is hot, and once more between two meetings."""
    spaces = [load(path) for path in paths]
    for space in spaces:
        for _ in range(space.get("WARM", 10)):
            run(space, oracle)
        for table in "calls", "moved":
            space.get(table, {}).clear()
    meet("READY", spaces)
    for space in spaces:
        run(space, oracle)
    return spaces


def asked(spaces, what):
    return ",".join(name for space in spaces if what in space for name in space[what]()) or "none"


def say(said, spaces):
    if said == "READY":
        said += " cold: %s, missing: %s" % (asked(spaces, "cold"), asked(spaces, "missing"))
    print(said, flush=True)
    sys.stdin.readline()


def main(mode, *args):
    if mode == "plain":
        for _ in passes(args, None):
            pass
    elif mode == "hot":
        say("DONE", hot(args, None, say))
    else:
        oracle = Oracle()
        oracle.watch(oracle.event)
        if mode == "count":
            spaces = list(passes(args[1:], oracle))
        else:
            spaces = hot(args[1:], oracle, lambda said, spaces: oracle.clear())
        oracle.watch(None)
        for space in spaces:
            if "calls" in space:
                oracle.add(space)
        oracle.dump(args[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
