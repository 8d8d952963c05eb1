# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What of a profile with everything in it adds up, and still does with functions hidden or folded. sums.py BPFPROF"""
import csv
import io
import json
import re
import sys
import tempfile

from made import FAILED, case, run, store
from made_paths import READ, everything, label, measured

TIMES = {"tottime_ns": "cumtime_ns", "own_off_ns": "cum_off_ns", "own_runnable_ns": "cum_runnable_ns"}


def tables(folder):
    """Each row of a CSV has as many fields as the header, and what the JSON has."""
    data = everything(3)
    data["functions"][1]["other_events"] = data["edges"][2]["other_events"] = 0
    path, _ = store(folder, "tables", data)
    for kind in ("functions", "edges", "paths"):
        header, *rows = csv.reader(io.StringIO(run(path, "-f", f"{kind}-csv").decode()))
        case(f"{kind}.csv: as many fields as columns", len(rows) > 7 and {len(row) for row in rows} == {len(header)},
             [len(row) for row in (header, *rows)])
        want = [json.loads(line) for line in run(path, "-f", f"{kind}-ndjson").splitlines()]
        wrong = []
        for row, line in zip(rows, want):
            flat = dict(zip(header, row))
            for name, value in line.items():
                if isinstance(value, dict):
                    wrong += [(name, k) for k, v in value.items() if flat.get(f"{name[:3]}_{k}") != str(v)]
                elif isinstance(value, int) and not isinstance(value, bool):
                    wrong += [name] * (flat.get(name) != str(value))
        case(f"{kind}.csv: what the JSON has", not wrong and any("other_events" in line for line in want), wrong[:5])


def figures(row, which):
    """All that is own, or cumulative, of a row."""
    out = {own: row[own if which == "own" else cum] for own, cum in TIMES.items()}
    for group in ("reasons", "io"):
        out.update({name: n for name, n in row[f"{which}_{group}"].items() if n})
    return out


def plus(*all_):
    out = {}
    for one in all_:
        for name, n in one.items():
            out[name] = out.get(name, 0) + n
    return {name: n for name, n in out.items() if n}


def rows_of(path, kind, args):
    return [json.loads(line) for line in run(path, "-f", f"{kind}-ndjson", *args).splitlines()]


def blocked_wrongly(rows):
    """Those whose reasons are not what they were blocked for, or below none."""
    return [(row.get("name"), which, row[f"{which}_reasons"]) for row in rows for which in ("own", "cum")
            if sum(row[f"{which}_reasons"].values()) != row[f"{which}_off_ns"] - row[f"{which}_runnable_ns"]
            or min(row[f"{which}_reasons"].values(), default=0) < 0]


def tree_wrongly(paths, hides):
    """Paths whose cumulative figures are not their own and those of what is on them; with hidden functions, are less."""
    beneath = [plus(figures(row, "own")) for row in paths]
    for row in paths:
        if row["parent"] >= 0:
            beneath[row["parent"]] = plus(beneath[row["parent"]], figures(row, "cum"))
    cums = [plus(figures(row, "cum")) for row in paths]
    return [(row["id"], cum, sum_) for row, cum, sum_ in zip(paths, cums, beneath)
            if (cum != sum_ if not hides else any(cum.get(name, 0) < n for name, n in sum_.items()))]


def filters(data):
    some = [label(data["functions"][i]) for i in (1, 4, 6)]
    out = [arg for name in some for arg in ("--exclude", "^" + re.escape(name) + "$")]
    hiding = [], out, ["--only", "x.py"], ["--mine"], ["--builtins", "hide"]
    return [*hiding, *([*args, "--fold"] for args in hiding[1:4]), ["--builtins", "fold"], ["--fold-recursion"],
            [*out, "--fold", "--fold-recursion"], [*out, "--fold-recursion"], ["--builtins", "fold", "--fold-recursion"]]


def with_functions_out(folder):
    for seed in range(4):
        data = everything(seed)
        path, _ = store(folder, "whole", data)
        all_ = plus(*(figures(row, "own") for row in rows_of(path, "functions", [])))
        for args in filters(data):
            name = f"{' '.join(a for a in args if a[0] == '-') or 'all'}, profile {seed}"
            funcs, paths, edges = (rows_of(path, kind, args) for kind in ("functions", "paths", "edges"))
            hides = any(a in args for a in ("--exclude", "--only", "--mine", "hide")) and "--fold" not in args
            wrong = blocked_wrongly(funcs) + blocked_wrongly(paths) + blocked_wrongly(edges)
            case(f"reasons are what was blocked: {name}", not wrong, wrong[:3])
            wrong = tree_wrongly(paths, hides)
            case(f"paths are their own and what is on them: {name}", not wrong, wrong[:2])
            wrong = [(f["name"], plus(figures(f, "own")), mine) for f in funcs for mine in
                     [plus(*(figures(p, "own") for p in paths if p["function"] == f["id"]))] if mine != plus(figures(f, "own"))]
            case(f"functions are their paths: {name}", not wrong, wrong[:2])
            got = plus(*(figures(row, "own") for row in funcs))
            case(f"all of it is there: {name}", hides or got == all_, (got, all_))
        case(f"there was something to add up, profile {seed}", {"sleep_ns", "lock_ns", *READ} <= all_.keys(), all_)


def by_edge(p):
    """Own times of paths by their caller and callee."""
    sums, funcs, paths = {}, p["paths"]["function"], p["paths"]
    for up, func, own in zip(paths["parent"], funcs, paths["tottime_ns"]):
        if up >= 0:
            sums[funcs[up], func] = sums.get((funcs[up], func), 0) + own
    return sums


def corrected(folder):
    """With the profiler's own time off, own times are no less than none, nor more than cumulative ones, nor than
    was off a CPU, and paths are still what pairs and functions are."""
    for seed in range(4):
        data = measured(everything(seed))
        p = json.loads(run(store(folder, "measured", data)[0], "-f", "json"))
        paths = [dict(zip(p["paths"], row)) for row in zip(*p["paths"].values())]
        for kind, rows in ("functions", p["functions"]), ("pairs", p["edges"]), ("paths", paths):
            wrong = [row for row in rows if not 0 <= row["own_off_ns"] <= row["tottime_ns"] <= row["cumtime_ns"]
                     or row["cum_off_ns"] > row["cumtime_ns"]
                     or row["tottime_ns"] - row["own_off_ns"] > row["cumtime_ns"] - row["cum_off_ns"]]
            case(f"corrected {kind} are in order, profile {seed}", not wrong, (len(wrong), wrong[:1]))
        wrong = [(e, own) for e in p["edges"] for own in [by_edge(p)[e["caller"], e["callee"]]] if own != e["tottime_ns"]]
        case(f"corrected pairs are their paths, profile {seed}", not wrong, (len(wrong), wrong[:1]))
        case(f"something was taken off, profile {seed}", p["totals"]["tottime_ns"] < p["totals"]["raw_tottime_ns"])


with tempfile.TemporaryDirectory() as tmp:
    for group in (tables, with_functions_out, corrected):
        group(tmp)
sys.exit(1 if FAILED else 0)
