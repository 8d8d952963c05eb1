# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Holds bpfprof's C functions against cProfile's, in the same interpreter.

    cprofiled.py count OUT.prof WORKLOAD.py...     run workloads, all under one cProfile
    cprofiled.py plain WORKLOAD.py...              run them alike, for bpfprof to watch
    cprofiled.py compare A.prof B.prof WORKLOAD.py...   what differs, a line each

Compared are the calls and primitive calls of every C function by each of the workloads' functions, and
of these by each C function. Of several functions of one file, line and name cProfile keeps one alone.
"""
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
    profile.dump_stats(out)


def plain(*paths):
    for path in paths:
        run(path)


def known_as(func):
    """A function without the address of an object, which changes from run to run."""
    return func[:2] + (re.sub(r" at 0x[0-9a-f]+", "", func[2]),)


def pairs(path, files):
    import marshal

    found = {}
    kept = {pair for file in files for pair in ((file, "~"), ("~", file))}
    with open(path, "rb") as f:
        stats = marshal.load(f)
    for callee, (*_, callers) in stats.items():
        for caller, (calls, primitive, *_) in callers.items():
            if calls and (caller[0], callee[0]) in kept:
                pair = known_as(caller), known_as(callee)
                before = found.get(pair, (0, 0))
                found[pair] = before[0] + calls, before[1] + primitive
    return found


def compare(theirs, ours, *files):
    a, b = pairs(theirs, files), pairs(ours, files)
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
