# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Made-up call paths."""
import random

from made import random_profile

FIGURES = ("ncalls", "primitive_calls", "tottime_ns", "cumtime_ns", "raw_tottime_ns", "raw_cumtime_ns", "own_off_ns",
           "own_runnable_ns", "cum_off_ns", "cum_runnable_ns", "child_calls", "first_calls", "calls_beneath")
SUMS = {"cumtime_ns": "tottime_ns", "cum_off_ns": "own_off_ns", "cum_runnable_ns": "own_runnable_ns"}


def add_up(paths, sums=None):
    """Cumulative figures of a tree in which nothing is missing."""
    n, sums = len(paths["parent"]), sums or SUMS
    for cum, own in sums.items():
        paths[cum] = list(paths[own])
    paths["calls_beneath"] = [0] * n
    for i in reversed(range(n)):
        up = paths["parent"][i]
        if up >= 0:
            for cum in sums:
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


WHY = ("gil", "lock", "sleep", "socket", "other")
READ = ("file_reads", "file_read_bytes", "pipe_writes", "failed")
ALL_SUMS = {**SUMS, **{f"cum_{name}": f"own_{name}" for name in (*(f"{why}_ns" for why in WHY), *READ)}}
LIFE = ("coroutines_begun", "coroutines_ended", "coroutines_raised", "coroutines_late", "coroutines_unseen", "elapsed_ns",
        "running_ns", "awaiting_ns", "in_task_ns", "in_gather_ns", "in_future_ns")


def parts(rng, whole, n):
    """Of which it is the sum."""
    cuts = sorted(rng.randrange(whole + 1) for _ in range(n - 1))
    return [b - a for a, b in zip([0, *cuts], [*cuts, whole])]


def set_row(row, paths, key):
    """A row of the paths for which key is true, as they say it: cumulative figures of those not beneath another."""
    mine = [i for i in range(len(paths["parent"])) if key(i)]
    outer = []
    for i in mine:
        up = paths["parent"][i]
        while up >= 0 and up not in mine:
            up = paths["parent"][up]
        outer += [i] * (up < 0)
    for cum, own in ALL_SUMS.items():
        sums = {cum: sum(paths[cum][i] for i in outer), own: sum(paths[own][i] for i in mine)}
        for name, value in sums.items():
            which, _, rest = name.partition("_")
            group = "io" if rest in READ else "reasons" if rest[:-3] in WHY else None
            if not group:
                row[name] = value
            elif value:
                row.setdefault(f"{which}_{group}", {})[rest] = value
    row.update({f"raw_{name}": row[name] for name in ("tottime_ns", "cumtime_ns")})
    row["primitive_calls"] = sum(paths["ncalls"][i] for i in outer)
    row["calls_beneath"] = sum(paths["calls_beneath"][i] for i in outer)
    row.update({name: sum(paths[name][i] for i in mine)
                for name in ("ncalls", "child_calls", "first_calls", "other_events", *LIFE) if name in paths})


def everything(seed):
    """With paths, reads and writes, coroutines and exceptions; functions and pairs are what their paths add up to."""
    rng = random.Random(seed)
    data = with_paths(seed)
    data["target"].update(io=True, coroutines=True)
    data["functions"][4].update(file="~", line=0, name="<built-in method time.sleep>")
    paths = data["paths"]
    n = len(paths["parent"])
    for off, runnable in zip(paths["own_off_ns"], paths["own_runnable_ns"]):
        for why, ns in zip(WHY, parts(rng, off - runnable, len(WHY))):
            paths.setdefault(f"own_{why}_ns", []).append(ns)
    for name in READ:
        paths[f"own_{name}"] = [rng.choice([0, rng.randrange(1000)]) for _ in range(n)]
    for name in LIFE:
        paths[name] = [rng.randrange(1000) for _ in range(n)]
    paths["other_events"] = [rng.choice([0, rng.randrange(1000)]) for _ in range(n)]
    for name, most in ("child_calls", 1000), ("first_calls", 9):
        paths[name] = [rng.randrange(most) for _ in range(n)]
    add_up(paths, ALL_SUMS)
    pairs = {}
    for up, func in zip(paths["parent"], paths["function"]):
        if up >= 0:
            pairs.setdefault((paths["function"][up], func))
    some = {(e["caller"], e["callee"]): e for e in data["edges"]}
    like = data["functions"]
    data["edges"] = [{**data["edges"][0], **some.get(pair, {}), "caller": pair[0], "callee": pair[1],
                      **{f"{which}_{name}": like[f][name] for which, f in zip(("caller", "callee"), pair)
                         for name in ("file", "line", "name")}} for pair in pairs]
    for row in data["functions"] + data["edges"]:
        for name in ("own_reasons", "cum_reasons", "own_io", "cum_io"):
            row[name] = {}
    for i, row in enumerate(data["functions"]):
        set_row(row, paths, lambda k: paths["function"][k] == i)
    for row in data["edges"]:
        set_row(row, paths, lambda k: paths["function"][k] == row["callee"] and paths["parent"][k] >= 0
                and paths["function"][paths["parent"][k]] == row["caller"])
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
