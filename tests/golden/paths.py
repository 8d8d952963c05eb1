# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Call paths: what reports make of made-up ones, held against the same done here. paths.py BPFPROF"""
import copy
import csv
import json
import os
import re
import subprocess
import sys
import tempfile

import jsonschema
from made import BPFPROF, FAILED, case, random_profile, run, store
from made_paths import FIGURES, add_up, label, stacks, with_paths

HERE = os.path.dirname(os.path.abspath(__file__))
CLOCKS = {"wall": (1, 0, 0), "cpu": (1, -1, 0), "off-cpu": (0, 1, 0), "blocked": (0, 1, -1), "runnable": (0, 0, 1)}
TOOLS = os.path.join(os.environ.get("BPFPROF_CACHE", "/var/cache/bpfprof"), "tools")


def table(data):
    paths = data["paths"]
    return {s: tuple(paths[f][i] for f in FIGURES) for i, s in enumerate(stacks(paths))}


def folded_recursion(data):
    """Each path with what is between two calls of a function taken out."""
    to, all_stacks = [], stacks(data["paths"])
    for s in all_stacks:
        kept = []
        for func in s[1:]:
            kept = kept[:kept.index(func) + 1] if func in kept else [*kept, func]
        to.append((s[0], *kept))
    order = sorted(set(to), key=len)
    new = {"parent": [order.index(s[:-1]) if len(s) > 2 else s[0] for s in order], "function": [s[-1] for s in order]}
    for f in FIGURES:
        new[f] = [0] * len(order)
    for i, s in enumerate(to):
        for f in ("ncalls", "tottime_ns", "own_off_ns", "own_runnable_ns"):
            new[f][order.index(s)] += data["paths"][f][i]
        if all_stacks[i][-1] not in all_stacks[i][1:-1]:
            new["primitive_calls"][order.index(s)] += data["paths"]["ncalls"][i]
    add_up(new)
    return table({"paths": new})


def by_clock(paths, clock, kind, i):
    wall, off, wait = CLOCKS[clock]
    names = {"own": ("tottime_ns", "own_off_ns", "own_runnable_ns"),
             "cum": ("cumtime_ns", "cum_off_ns", "cum_runnable_ns")}[kind]
    return sum(k * paths[n][i] for k, n in zip((wall, off, wait), names))


def tree_rows(data, clock, depth, least):
    paths, shown = data["paths"], []
    n = len(paths["parent"])
    total = sum(by_clock(paths, clock, "own", i) for i in range(n))
    below = {i: [] for i in range(-2, n)}
    for i in range(n):
        below[paths["parent"][i] if paths["parent"][i] >= 0 else -1].append(i)

    def show(i, level):
        cum = by_clock(paths, clock, "cum", i)
        share = 100 * cum / total
        if (depth and level >= depth) or share < least:
            return
        shown.append((paths["ncalls"][i], f"{by_clock(paths, clock, 'own', i) / 1e9:.3f}", f"{cum / 1e9:.3f}",
                      f"{share:.1f}%", level, label(data["functions"][paths["function"][i]])
                      + (" by paths beyond the table" if paths["parent"][i] == -2 else "")))
        walk(i, level + 1)

    def walk(up, level):
        for i in sorted(below[up], key=lambda k: (-by_clock(paths, clock, "cum", k), k)):
            show(i, level)
    walk(-1, 0)
    return shown


def tree_of(text):
    rows = []
    for line in text.split("share  path\n")[1].splitlines():
        if not line:
            break
        calls, own, total, share = line[:35].split()
        name = line[37:]
        plain = name.lstrip(" ")
        rows.append((int(calls), own, total, share, (len(name) - len(plain)) // 2, plain))
    return rows


def trees(folder):
    for seed in range(3):
        data = with_paths(seed)
        path, _ = store(folder, f"tree{seed}", data)
        for clock, depth, least in (("wall", 0, 0), ("wall", 3, 1), ("cpu", 0, 5), ("blocked", 2, 0)):
            args = ["--tree", "-c", clock, "--min", f"{least}%", *(["--depth", str(depth)] if depth else [])]
            got = tree_of(run(path, *args).decode())
            case(f"tree by {clock}, depth {depth}, from {least} %, profile {seed}",
                 got == tree_rows(data, clock, depth, least), got[:3])


def opened(folder):
    """What was open has a mark, which a line explains, and is read back."""
    data = with_paths(5)
    marks = [i % 3 == 0 for i in range(len(data["paths"]["parent"]))]
    data["paths"]["open"] = [int(m) for m in marks]
    path, _ = store(folder, "opened", data)
    shown = run(path, "--tree").decode()
    want = sum(m and label(data["functions"][f]) != "" for m, f in zip(marks, data["paths"]["function"]))
    got = [name.endswith(" +") for *_, name in tree_of(run(path, "--tree", "--min", "0%").decode())]
    case("tree: what was open is marked", sum(got) == want < len(got) and shown.count("\n   + open when") == 1, shown)
    case("tree: no line without a mark", "+" not in run(store(folder, "unopened", with_paths(5))[0], "--tree").decode())
    again = json.loads(run(path, "-f", "json"))["paths"]
    by_stack = lambda paths: dict(zip(stacks(paths), paths["open"]))
    case("paths: what was open is read back", by_stack(again) == by_stack(data["paths"]), "differs")


def shapes(folder):
    for seed in range(3):
        data = with_paths(seed)
        path, _ = store(folder, f"shape{seed}", data)
        again = json.loads(run(path, "-f", "json"))
        with open(os.path.join(HERE, "..", "..", "user", "report", "bpfprof-2.schema.json"), encoding="utf-8") as f:
            jsonschema.validate(again, json.load(f))
        case(f"paths read back, profile {seed}", table(again) == table(data), "differ")
        both = json.loads(run(path, path, "-f", "json"))
        twice = {k: tuple(2 * v for v in row) for k, row in table(data).items()}
        case(f"paths of two profiles, profile {seed}", table(both) == twice, "differ")
        got = table(json.loads(run(path, "--fold-recursion", "-f", "json")))
        case(f"recursion folded, profile {seed}", got == folded_recursion(data), "differ")


def folded(folder):
    data = with_paths(7)
    path, _ = store(folder, "folded", data)
    for clock in ("wall", "cpu"):
        want = {}
        for i, s in enumerate(stacks(data["paths"])):
            own = by_clock(data["paths"], clock, "own", i)
            if own > 0:
                key = ";".join(label(data["functions"][f]) for f in s[1:])
                want[key] = want.get(key, 0) + own
        got = {}
        for line in run(path, "-f", "folded", "-c", clock).decode().splitlines():
            key, _, n = line.rpartition(" ")
            got[key] = got.get(key, 0) + int(n)
        case(f"folded stacks by {clock}", got == want, "differ")


def tables(folder):
    """A row a path, which names its parent."""
    data = with_paths(4)
    path, _ = store(folder, "table", data)
    out = os.path.join(folder, "x.paths.ndjson")
    run(path, "-o", out)
    with open(out, encoding="utf-8") as f:
        rows = [json.loads(line) for line in f]
    case("paths.ndjson: parents and functions", [(r["id"], r["parent"], r["function"]) for r in rows]
         == list(zip(range(len(rows)), data["paths"]["parent"], data["paths"]["function"])), rows[:2])
    case("paths.ndjson: figures", [tuple(r[f] for f in FIGURES) for r in rows] == list(zip(*(data["paths"][f] for f in FIGURES))), rows[:2])
    names = [(f["file"], f["line"], f["name"]) for f in data["functions"]]
    case("paths.ndjson: names", [(r["file"], r["line"], r["name"]) for r in rows] == [names[r["function"]] for r in rows], rows[:2])
    out = os.path.join(folder, "x.paths.csv")
    run(path, "-o", out)
    with open(out, encoding="utf-8", newline="") as f:
        same = [{k: v for k, v in r.items() if k in FIGURES} for r in csv.DictReader(f)]
    case("paths.csv: the same figures", same == [{k: str(r[k]) for k in same[0]} for r in rows] and len(same[0]) == len(FIGURES), same[:1])
    p = subprocess.run([BPFPROF, "report", path, "--tree", "--only", "no such function"], capture_output=True, text=True)
    case("why a filter leaves no tree", p.returncode == 1 and p.stderr.count("\n") == 1 and "--only" in p.stderr, p)


def written(folder, ending):
    """A profile with a name that is hard to quote, and what a file with that ending has of it."""
    data = with_paths(9)
    data["functions"][0]["name"] = 'a"b\n;c'
    path, _ = store(folder, "quoted", data)
    out = os.path.join(folder, "x" + ending)
    run(path, "-o", out)
    with open(out, encoding="utf-8") as f:
        return data, json.load(f)


def speedscope(folder):
    data, scope = written(folder, ".speedscope.json")
    with open(os.path.join(HERE, "speedscope.schema.json"), encoding="utf-8") as f:
        jsonschema.validate(scope, json.load(f))
    case("speedscope: frames", [(f["name"], f["file"], f["line"]) for f in scope["shared"]["frames"]]
         == [(f["name"], f["file"], f["line"]) for f in data["functions"]])
    case("speedscope: a profile for each clock of any time", [p["name"].split(":")[0] for p in scope["profiles"]] == list(CLOCKS),
         [p["name"] for p in scope["profiles"]])
    for profile, clock in zip(scope["profiles"], CLOCKS):
        own, stack, last = {}, [], 0
        for e in profile["events"]:
            if stack:
                own[tuple(stack)] = own.get(tuple(stack), 0) + e["at"] - last
            last = e["at"]
            if e["type"] == "O":
                stack.append(e["frame"])
            elif stack.pop() != e["frame"]:
                break
        want = {}
        for i, s in enumerate(stacks(data["paths"])):
            want[s[1:]] = want.get(s[1:], 0) + by_clock(data["paths"], clock, "own", i)
        case(f"speedscope: {clock}", not stack and last == profile["endValue"]
             and {k: v for k, v in own.items() if v} == {k: v for k, v in want.items() if v}, profile["name"])


# The columns of each table of the processed format, version 60, by the index that they hold: of which
# table; None: no index. Read off the published types of profiler.firefox.com.
FIREFOX = {
    "sources": {"uuid": None, "filename": "stringArray"},
    "stackTable": {"frame": "frameTable", "prefix": "stackTable"},
    "frameTable": {"address": None, "inlineDepth": None, "category": "categories", "subcategory": None,
                   "func": "funcTable", "nativeSymbol": "nativeSymbols", "innerWindowID": None, "line": None,
                   "column": None},
    "funcTable": {"name": "stringArray", "isJS": None, "relevantForJS": None, "resource": None,
                  "source": "sources", "lineNumber": None, "columnNumber": None},
    "resourceTable": {"lib": None, "name": "stringArray", "host": None, "type": None},
    "nativeSymbols": {"libIndex": None, "address": None, "name": "stringArray", "functionSize": None},
    "samples": {"stack": "stackTable", "time": None, "weight": None},
    "markers": {"data": None, "name": "stringArray", "startTime": None, "endTime": None, "phase": None,
                "category": "categories"},
}
FIREFOX_THREAD = {"name", "isMainThread", "pid", "tid", "processType", "processStartupTime", "processShutdownTime",
                  "registerTime", "unregisterTime", "pausedRanges", "samples", "markers"}


def firefox_tables(doc):
    """What is wrong with the tables: columns, lengths, indices."""
    shared, wrong = doc["shared"], []
    rows = {name: table["length"] for name, table in shared.items() if name != "stringArray"}
    rows |= {"stringArray": len(shared["stringArray"]), "categories": len(doc["meta"]["categories"])}
    tables = [(name, shared[name]) for name in shared if name != "stringArray"]
    tables += [(name, thread[name]) for thread in doc["threads"] for name in ("samples", "markers")]
    for name, table in tables:
        if table.keys() - {"length", "weightType"} != FIREFOX[name].keys():
            wrong.append((name, sorted(table)))
        for column, of in FIREFOX[name].items():
            values = table[column]
            if len(values) != table["length"] or of and not all(v is None or 0 <= v < rows[of] for v in values):
                wrong.append((name, column))
    wrong += [i for i, above in enumerate(shared["stackTable"]["prefix"]) if above is not None and above >= i]
    return wrong


def firefox(folder):
    data, doc = written(folder, ".firefox.json")
    meta, shared = doc["meta"], doc["shared"]
    case("firefox: tables", not firefox_tables(doc) and not doc["libs"], firefox_tables(doc))
    case("firefox: what it is", meta["preprocessedProfileVersion"] == 60 and meta["interval"] > 0
         and meta["categories"][0]["color"] == "grey" and all(c["subcategories"][0] == "Other" for c in meta["categories"])
         and {"startTime", "processType", "product", "stackwalk", "version", "markerSchema"} <= meta.keys(), meta)
    case("firefox: threads", [t["name"] for t in doc["threads"]][:2] == ["wall", "calls"] and {*CLOCKS} < {
        t["name"] for t in doc["threads"]} and all(
        FIREFOX_THREAD <= t.keys() and isinstance(t["pid"], str) for t in doc["threads"]))
    strings, func = shared["stringArray"], shared["funcTable"]
    case("firefox: functions", [(strings[n], strings[shared["sources"]["filename"][s]], line) for n, s, line in zip(
        func["name"], func["source"], func["lineNumber"])] == [(f["name"], f["file"], f["line"]) for f in data["functions"]])
    case("firefox: a file is one source", len(set(shared["sources"]["filename"])) == len({f["file"] for f in data["functions"]}))
    paths = []
    for frame, above in zip(shared["stackTable"]["frame"], shared["stackTable"]["prefix"]):
        paths.append((*(paths[above] if above is not None else ()), shared["frameTable"]["func"][frame]))
    for thread in (t for t in doc["threads"] if t["name"] in (*CLOCKS, "calls")):
        samples, calls, got, want = thread["samples"], thread["name"] == "calls", {}, {}
        for stack, weight in zip(samples["stack"], samples["weight"]):
            if stack is not None:
                got[paths[stack]] = got.get(paths[stack], 0) + (weight if calls else round(weight * 1e6))
        for i, s in enumerate(stacks(data["paths"])):
            n = data["paths"]["ncalls"][i] if calls else by_clock(data["paths"], thread["name"], "own", i)
            want[s[1:]] = want.get(s[1:], 0) + n
        case(f"firefox: {thread['name']}", got == {k: v for k, v in want.items() if v} and samples["time"] == sorted(samples["time"])
             and samples["weightType"] == ("samples" if calls else "tracing-ms") and samples["stack"][-1] is None, "differ")


def pprof(folder):
    """A sample for each path, and of each function what is on none."""
    data = with_paths(4)
    path, _ = store(folder, "pprof", data)
    run(path, "-o", os.path.join(folder, "x.pb.gz"))
    raw = subprocess.run([os.path.join(TOOLS, "pprof"), "-raw", os.path.join(folder, "x.pb.gz")], capture_output=True, check=True, text=True).stdout
    labels = [label(f) for f in data["functions"]]
    funcs = {m[1]: next(i for i, name in enumerate(labels) if m[2].startswith(name + " "))
             for m in re.finditer(r"^ +(\d+): 0x0 M=1 (.*)$", raw, re.M)}
    got = {}
    for m in re.finditer(r"^\s*([-\d ]+): ([\d ]+?) *$", raw, re.M):
        stack = tuple(funcs[at] for at in reversed(m[2].split()))
        got[stack] = [a + int(b) for a, b in zip(got.get(stack, [0] * 5), m[1].split())]
    want = {}
    for i, s in enumerate(stacks(data["paths"])):
        want[s[1:]] = [a + b for a, b in zip(want.get(s[1:], [0] * 5), [data["paths"]["ncalls"][i], *[
            by_clock(data["paths"], clock, "own", i) for clock in ("wall", "cpu", "blocked", "runnable")]])]
    for i, f in enumerate(data["functions"]):
        rest = max(0, f["ncalls"] - sum(n for n, func in zip(data["paths"]["ncalls"], data["paths"]["function"]) if func == i))
        if rest:
            want[(i,)] = [a + b for a, b in zip(want.get((i,), [0] * 5), [rest, 0, 0, 0, 0])]
    case("pprof: a stack for each path", got == want, [(k, got.get(k), want.get(k)) for k in got.keys() | want.keys()
                                                       if got.get(k) != want.get(k)][:3])


def broken(folder):
    good = with_paths(3, npaths=20)

    def changed(name, change):
        data = copy.deepcopy(good)
        change(data["paths"])
        return name, data

    cases = [changed("a parent that comes later", lambda p: p["parent"].__setitem__(3, 3)),
             changed("a loop", lambda p: p["parent"].__setitem__(3, 7)),
             changed("a parent below all", lambda p: p["parent"].__setitem__(3, -3)),
             changed("no such function", lambda p: p["function"].__setitem__(3, 99)),
             changed("a path twice", lambda p: [p[k].__setitem__(5, p[k][4]) for k in ("parent", "function")]),
             changed("a short column", lambda p: p["ncalls"].pop()),
             changed("no column", lambda p: p.pop("cumtime_ns")),
             changed("a negative count", lambda p: p["ncalls"].__setitem__(0, -1)),
             changed("a time beyond all", lambda p: p["raw_tottime_ns"].__setitem__(0, 2 ** 62)),
             changed("a text", lambda p: p["tottime_ns"].__setitem__(0, "x")),
             ("no object", {**good, "paths": [1]})]
    for name, data in cases:
        path, _ = store(folder, "broken", data)
        p = subprocess.run([BPFPROF, "report", path], capture_output=True)
        case(f"broken paths: {name}", p.returncode == 1 and not p.stdout and p.stderr.count(b"\n") == 1
             and b'"paths"' in p.stderr, p)
    path, _ = store(folder, "none", random_profile(1, 5))
    for form in ("tree", "folded", "speedscope"):
        p = subprocess.run([BPFPROF, "report", path, "-f", form], capture_output=True)
        case(f"{form} without paths", p.returncode == 1 and p.stderr.count(b"\n") == 1 and b"--paths" in p.stderr, p)


def untold(folder):
    """What has no paths or threads beside what has: how much stands in no row."""
    data, other = with_paths(5), random_profile(6, 4)
    paths = data["paths"]
    for i, f in enumerate(data["functions"]):
        f["ncalls"] = f["primitive_calls"] = sum(n for n, func in zip(paths["ncalls"], paths["function"]) if func == i)
    calls, own = (sum(f[name] for f in data["functions"]) for name in ("ncalls", "tottime_ns"))
    data["threads"][0].update({"ncalls": calls, "tottime_ns": own, "raw_tottime_ns": own, "off_ns": 0, "runnable_ns": 0, "reasons": {}})
    path, other_path = store(folder, "told", data)[0], store(folder, "untold", other)[0]
    prof = os.path.join(folder, "untold.prof")
    run(other_path, "-o", prof)
    rest = [sum(f[name] for f in other["functions"]) for name in ("ncalls", "tottime_ns")]
    for args, row in (["--tree", "path"], ["--threads", "row"], ["--by=process", "row"]):
        case(f"{args}: all is told", "In no" not in run(path, args).decode(), run(path, args))
        text = run(path, prof, args).decode()
        case(f"{args}: what is in no {row}", f"   In no {row}: {rest[0]} calls and {rest[1] / 1e9:.3f} s of own time\n" in text, text)
    head = run(path, prof, "--tree").decode().splitlines()[0]
    case("the tree's time is that of its paths", f"160 call paths in {own / 1e9:.3f} seconds, shares are of" in head, head)
    case("what is beneath deep ones is left out too", "deeper than 1: " in run(path, "--tree", "--depth", "1").decode()
         and "with all beneath them" in run(path, "--tree", "--depth", "1", "--min", "0").decode())
    text = run(path, "--only", "x.py", "--fold", "--tree", "--min", "0").decode()
    case("calls that are folded into others are in no path", "   In no path: " in text and "Note: call paths have of hidden functions' calls" in text, text)
    case("no paths, no word of them", "Note: call paths" not in run(other_path, "--only", "x.py", "--fold").decode())
    stream = os.path.join(folder, "told.ndjson")
    subprocess.run([BPFPROF, "report", path, "-o", stream], check=True, capture_output=True)
    p = subprocess.run([BPFPROF, "report", stream, "--tree"], capture_output=True, text=True)
    case("a stream has no paths, and that is said", p.returncode == 1 and "into no stream" in p.stderr, p)


def deep(folder):
    """A chain of many paths: nothing recurses over it, and no file grows by the square of it."""
    data = random_profile(2, 3)
    n = 6000
    data["paths"] = {"parent": list(range(-1, n - 1)), "function": [i % 3 for i in range(n)],
                     **{f: [1] * n for f in FIGURES}}
    add_up(data["paths"])
    path, _ = store(folder, "deep", data)
    case("deep: tree", len(tree_of(run(path, "--tree", "--min", "0").decode())) == n)
    case("deep: folded stacks are cut", len(run(path, "-f", "folded")) < n * 201 * 40)
    scope = json.loads(run(path, "-f", "speedscope"))
    case("deep: speedscope", len(scope["profiles"][0]["events"]) == 2 * n)
    run(path, "-o", os.path.join(folder, "deep.pb.gz"))
    case("deep: pprof's stacks are cut", os.path.getsize(os.path.join(folder, "deep.pb.gz")) < n * 201 * 2)
    again = json.loads(run(path, "--fold-recursion", "-f", "json"))["paths"]
    case("deep: folded recursion", again["ncalls"] == [n // 3] * 3 and again["cumtime_ns"] == [n, n // 3 * 2, n // 3],
         again)


with tempfile.TemporaryDirectory() as tmp:
    for group in (trees, opened, shapes, folded, tables, speedscope, firefox, pprof, broken, untold, deep):
        group(tmp)
sys.exit(1 if FAILED else 0)
