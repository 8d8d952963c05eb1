# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Holds bpfprof's C functions against cProfile's, in the same interpreter.

    cprofiled.py count OUT.json FILE.py...       run workloads, all under one cProfile
    cprofiled.py plain FILE.py...                run them alike, for bpfprof to watch
    cprofiled.py count-hot OUT.json FILE.py...   run them twice, the second time under cProfile
    cprofiled.py hot FILE.py...                  run them twice, and wait for a line before the second time and after it
    cprofiled.py both OUT.json FILE.py...        wait for a line, run them under cProfile, and wait for another
    cprofiled.py compare A.json B.prof FILE.py...   what differs, a line each
    cprofiled.py compare-all A.json B.prof

Compared are the calls and primitive calls of every C function by each of the files' functions, and of these by each C
function; or of all by all. Of several functions of one file, line and name, as str.maketrans and bytes.maketrans,
cProfile's own table keeps the last alone: here they are added up, as bpfprof does.
"""
import json
import os
import re
import sys

# What cProfile counts more: the end of a generator that is suspended outside any try runs no frame (3.13.1 on), unless
# a tool has its code instrumented.
ONLY_WATCHED = {("<method 'close' of 'generator' objects>", "unguarded"): (150, 150), ("next_node", "findall"): (2, 2)}

# The bench's programs take a size.
SIZES = {"rst": 2, "template": 2, "echo": 5, "text": 1}


def load(path):
    space = {"__name__": "workload", "__file__": path}
    with open(path) as f:
        source = f.read()
    exec(compile(source, path, "exec"), space)
    name = os.path.basename(path)[:-3]
    return lambda: space["run"](*[SIZES[name]] if name in SIZES else [])


def run(path):
    load(path)()


def dump(profile, out):
    with open(out, "w") as f:
        json.dump([[caller, callee, calls] for (caller, callee), calls in added_up(profile).items()], f)


def under_cprofile(parts):
    import cProfile

    profile = cProfile.Profile()
    for part in parts:
        profile.runcall(part)
    return profile


def count(out, *paths):
    dump(under_cprofile([lambda path=path: run(path) for path in paths]), out)


def plain(*paths):
    for path in paths:
        run(path)


def loaded(paths):
    """What runs them; they have run once."""
    parts = [load(path) for path in paths]
    for part in parts:
        part()
    return parts


def waits():
    """With no Python in between."""
    os.write(1, b"ready\n")
    os.read(0, 1)


def count_hot(out, *paths):
    dump(under_cprofile(loaded(paths)), out)


def hot(*paths):
    parts = loaded(paths)
    waits()
    for part in parts:
        part()
    waits()


def both(out, *paths):
    import cProfile  # noqa: before anybody watches

    parts = loaded(paths)
    waits()
    profile = under_cprofile(parts)
    waits()
    dump(profile, out)


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
    return {pair: calls for pair, calls in found.items() if (pair[0][0], pair[1][0]) in kept}


def without_me(found):
    """What this file does not do itself."""
    return {pair: calls for pair, calls in found.items()
            if not any(func[0].endswith(("cprofiled.py", "cProfile.py")) or "lsprof" in func[2] for func in pair)}


def read(theirs, ours):
    with open(theirs) as f:
        a = {(tuple(caller), tuple(callee)): tuple(calls) for caller, callee, calls in json.load(f)}
    return [{pair: calls for pair, calls in found.items() if calls[0]} for found in (a, pairs_of(ours))]


def said_by_python(a, b):
    """cProfile calls a method of C, reached beneath one of Python that overrides it, by the latter:
    "<function socket.close at 0x7f2c>". Here it is called what bpfprof calls it."""
    for caller, callee in [pair for pair in a if pair[1][2].startswith("<function ")]:
        name = callee[2].rstrip(">").rsplit(".", 1)[-1]
        for ours in [pair for pair in b if pair[0] == caller and pair not in a]:
            if ours[1][2].startswith("<method '%s' of " % name):
                a[ours] = a.pop((caller, callee))


def more(theirs, ours):
    return tuple(x - y for x, y in zip(theirs or (0, 0), ours or (0, 0)))


def say(a, b):
    said_by_python(a, b)
    for pair in sorted(set(a) | set(b)):
        caller, callee = (func[2] for func in pair)
        if more(a.get(pair), b.get(pair)) not in ((0, 0), ONLY_WATCHED.get((caller, callee))):
            print("%s: cProfile %s, bpfprof %s" % (pair, a.get(pair), b.get(pair)))
    of_c = sum(callee[0] == "~" for _, callee in a)
    if of_c < 20:
        print("only %d pairs are of C functions" % of_c)


def compare(theirs, ours, *files):
    say(*(of(files, found) for found in read(theirs, ours)))


def compare_all(theirs, ours):
    say(*map(without_me, read(theirs, ours)))


if __name__ == "__main__":
    {"count": count, "plain": plain, "count-hot": count_hot, "hot": hot, "both": both, "compare": compare,
     "compare-all": compare_all}[sys.argv[1]](*sys.argv[2:])
