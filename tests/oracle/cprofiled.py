# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Holds bpfprof's C functions against cProfile's, in the same interpreter.

    cprofiled.py count OUT.json WORKLOAD.py...     run workloads, all under one cProfile
    cprofiled.py plain WORKLOAD.py...              run them alike, for bpfprof to watch
    cprofiled.py compare A.json B.prof WORKLOAD.py...   what differs, a line each

Compared are the calls and primitive calls of every C function by each of the workloads' functions, and
of these by each C function. Of several functions of one file, line and name, as str.maketrans and
bytes.maketrans, cProfile's own table keeps the last alone: here they are added up, as bpfprof does.
"""
import json
import re
import sys

# What is there for cProfile alone, to the calls: close() of a generator that is suspended outside any try runs no
# frame (3.13.1 on), unless a tool has its code instrumented.
ONLY_WATCHED = {("<method 'close' of 'generator' objects>", "unguarded"): (150, 150)}


def run(path):
    space = {"__name__": "workload", "__file__": path}
    with open(path) as f:
        source = f.read()
    exec(compile(source, path, "exec"), space)
    space["run"]()


def count(out, *paths):
    import cProfile

    profile = cProfile.Profile()
    for path in paths:
        profile.runcall(run, path)
    with open(out, "w") as f:
        json.dump([[caller, callee, calls] for (caller, callee), calls in added_up(profile).items()], f)


def plain(*paths):
    for path in paths:
        run(path)


def known_as(func):
    """A function without the address of an object, which changes from run to run."""
    return func[0], func[1], re.sub(r" at 0x[0-9a-f]+", "", func[2])


def added_up(profile):
    """Each pair's calls and primitive calls, of all entries that the profiler has."""
    found = {}
    key = lambda code: ("~", 0, code) if isinstance(code, str) else (
        code.co_filename, code.co_firstlineno, code.co_name)
    for entry in profile.getstats():
        for called in entry.calls or ():
            add(found, key(entry.code), key(called.code), called.callcount,
                called.callcount - called.reccallcount)
    return found


def add(found, caller, callee, calls, primitive):
    pair = known_as(caller), known_as(callee)
    before = found.get(pair, (0, 0))
    found[pair] = before[0] + calls, before[1] + primitive


def pairs_of(path):
    """All that a table of cProfile's has."""
    import marshal

    found = {}
    with open(path, "rb") as f:
        stats = marshal.load(f)
    for callee, (*_, callers) in stats.items():
        for caller, (calls, primitive, *_) in callers.items():
            add(found, caller, callee, calls, primitive)
    return found


def of(files, found):
    """What is between a C function and one of these files."""
    kept = {pair for file in files for pair in ((file, "~"), ("~", file))}
    return {pair: calls for pair, calls in found.items() if calls[0] and (pair[0][0], pair[1][0]) in kept}


def compare(theirs, ours, *files):
    with open(theirs) as f:
        a = of(files, {(tuple(caller), tuple(callee)): tuple(calls) for caller, callee, calls in json.load(f)})
    b = of(files, pairs_of(ours))
    of_c = sum(callee[0] == "~" for _, callee in a)
    for pair in sorted(set(a) | set(b)):
        if pair not in b and ONLY_WATCHED.get((pair[0][2], pair[1][2])) == a[pair]:
            continue
        if a.get(pair) != b.get(pair):
            print("%s: cProfile %s, bpfprof %s" % (pair, a.get(pair), b.get(pair)))
    if of_c < 20:
        print("only %d pairs are of C functions" % of_c)


if __name__ == "__main__":
    {"count": count, "plain": plain, "compare": compare}[sys.argv[1]](*sys.argv[2:])
