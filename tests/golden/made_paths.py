# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Made-up call paths."""
import random

from made import random_profile

FIGURES = ("ncalls", "primitive_calls", "tottime_ns", "cumtime_ns", "raw_tottime_ns", "raw_cumtime_ns", "own_off_ns",
           "own_runnable_ns", "cum_off_ns", "cum_runnable_ns", "child_calls", "first_calls", "calls_beneath")
SUMS = {"cumtime_ns": "tottime_ns", "cum_off_ns": "own_off_ns", "cum_runnable_ns": "own_runnable_ns"}


def add_up(paths):
    """Cumulative figures of a tree in which nothing is missing."""
    n = len(paths["parent"])
    for cum, own in SUMS.items():
        paths[cum] = list(paths[own])
    paths["calls_beneath"] = [0] * n
    for i in reversed(range(n)):
        up = paths["parent"][i]
        if up >= 0:
            for cum in SUMS:
                paths[cum][up] += paths[cum][i]
            paths["calls_beneath"][up] += paths["calls_beneath"][i] + paths["ncalls"][i]
    paths["raw_tottime_ns"], paths["raw_cumtime_ns"] = list(paths["tottime_ns"]), list(paths["cumtime_ns"])


def with_paths(seed, nfuncs=8, npaths=160):
    rng = random.Random(seed)
    data = random_profile(seed, nfuncs)
    paths = {"parent": [], "function": [], **{f: [] for f in FIGURES}}
    seen = set()
    while len(seen) < npaths:
        at = len(seen)
        key = rng.choice([-1, -2, *[rng.randrange(at) for _ in range(20)]]) if at else -1, rng.randrange(nfuncs)
        if key in seen:
            continue
        seen.add(key)
        paths["parent"].append(key[0])
        paths["function"].append(key[1])
        own = rng.randrange(0, 10 ** rng.randrange(3, 10))
        off = rng.randrange(own + 1)
        calls = rng.randrange(1, 1000)
        for f, v in zip(FIGURES, (calls, calls, own, 0, own, 0, off, rng.randrange(off + 1), 0, 0, 0, 0, 0)):
            paths[f].append(v)
    add_up(paths)
    data["paths"] = paths
    for i, f in enumerate(data["functions"]):
        for name in ("tottime_ns", "raw_tottime_ns", "own_off_ns", "own_runnable_ns"):
            f[name] = sum(own for own, func in zip(paths[name], paths["function"]) if func == i)
    return data


def stacks(paths):
    """Per path, its functions from the outermost on, and what it begins with."""
    out = []
    for up, func in zip(paths["parent"], paths["function"]):
        out.append((*out[up], func) if up >= 0 else (up, func))
    return out


def label(f):
    return f"{f['file']}:{f['line']}({f['name']})"


def measured(data):
    """By constants that are not right, of functions of each kind."""
    data["target"]["bias"].update({"from": "measured", "inside_ns": 31.7, "outside_ns": 12.3, "first_ns": 211.1,
                                   "inside_error_ns": 1.3, "outside_error_ns": .7, "first_error_ns": 9.1, "both_error_ns": .9})
    data["functions"][2]["kind"] = "c"
    return data
