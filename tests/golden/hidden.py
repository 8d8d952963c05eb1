# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Functions that are hidden, or folded into who called them, and their call paths. hidden.py BPFPROF"""
import json
import os
import re
import subprocess
import sys
import tempfile

import jsonschema

from made import BPFPROF, FAILED, SCHEMA, case, profile, random_profile, run, store
from made_paths import label, measured, stacks, with_paths


def without(data, hidden, fold):
    """By the labels of a stack: calls and own times, where hidden functions are taken out of stacks, and folded their own
    time is that of who is left above them."""
    want, labels = {}, [label(f) for f in data["functions"]]
    for i, (begin, *funcs) in enumerate(stacks(data["paths"])):
        gone = funcs[-1] in hidden
        key = (begin, *(labels[f] for f in funcs if f not in hidden))
        if gone and not fold:
            continue
        if gone and len(key) == 1:
            key = (begin, "~:0(<hidden functions>)")
        row = want.setdefault(key, [0, 0, 0, 0])
        calls = 0 if gone and "hidden functions" not in key[-1] else data["paths"]["ncalls"][i]
        for k, name in enumerate(("ncalls", "tottime_ns", "own_off_ns", "own_runnable_ns")):
            row[k] += data["paths"][name][i] if k else calls
    return want


def without_some(folder):
    for seed in range(8):
        data = with_paths(seed)
        path, _ = store(folder, f"without{seed}", data)
        names = {label(data["functions"][i]) for i in (1, 4, 6)}
        hidden = {i for i, f in enumerate(data["functions"]) if label(f) in names}
        out = [arg for name in names for arg in ("--exclude", "^" + re.escape(name) + "$")]
        for fold in False, True:
            got = json.loads(run(path, "-f", "json", *out, *["--fold"] * fold))
            case(f"paths without some functions{', folded' * fold}, profile {seed}",
                 without(got, (), False) == without(data, hidden, fold), "differ")
            own = {}
            for func, ns in zip(got["paths"]["function"], got["paths"]["tottime_ns"]):
                own[func] = own.get(func, 0) + ns
            case(f"and they add up to their functions{', folded' * fold}, profile {seed}",
                 all(own.get(f["id"], 0) == f["tottime_ns"] for f in got["functions"]), "differ")


def folded_recursion(folder):
    """Hidden functions that call each other: nobody gets more than it took, and the note is of what it says, once."""
    data = profile([("/a/x.py", 1, "main", 1, 1, 1000, 20_000_000), ("/a/y.py", 1, "h", 50, 2, 40_000_000, 60_000_000),
                    ("/a/y.py", 2, "g", 60, 60, 30_000_000, 59_000_000)],
                   [(0, 1, 1, 1, 5_000_000, 19_000_000), (1, 2, 60, 60, 30_000_000, 59_000_000),
                    (2, 1, 48, 0, 30_000_000, 30_000_000)])
    path, _ = store(folder, "mutual", data)
    rows = {f["name"]: f for f in json.loads(run(path, "-f", "json", "--only", "x.py", "--fold"))["functions"]}
    case("--fold: no own time is beyond what it is in all", rows["main"]["tottime_ns"] <= rows["main"]["cumtime_ns"]
         and sum(f["tottime_ns"] for f in rows.values()) == 70_001_000, rows)
    said = run(path, "--only", "x.py", "--fold").decode()
    note = re.search(r"Note: ([0-9.]+) s of hidden", said)
    case("--fold: the estimate is of no more than there was", note and 0 < float(note[1]) <= 0.015, said)


def hidden_is_said(folder):
    data = profile([("/a/x.py", 1, "f", 1, 1, 10, 100), ("/a/y.py", 1, "C.p", 7, 7, 90, 90)], [(0, 1, 7, 7, 90, 90)])
    data["functions"][1].update(name="p", qualname="C.p")
    path, _ = store(folder, "said", data)
    said = "   Hidden: 7 calls of other functions"
    for form in "pstats", "table":
        case(f"what is hidden is said: {form}", said in run(path, "-f", form, "--only", "x.py").decode()
             and "Hidden" not in run(path, "-f", form).decode()
             and "Hidden" not in run(path, "-f", form, "--only", "x.py", "--fold").decode(), run(path, "--only", "x.py"))
    case("rows that -n REGEX does not find are not 'more rows'", b"more row" not in run(path, "-f", "table", "-n", "x.py")
         and b"and 1 more row\n" in run(path, "-f", "table", "-n", "1"), run(path, "-f", "table", "-n", "x.py"))
    for limit, names, more in (("x.py", ["x.py"], False), ("1", ["y.py"], True), ("0.5", ["y.py"], True)):
        text = run(path, "--by", "file", "-n", limit).decode()
        case(f"files, of which -n {limit} leaves some", re.findall(r"\w\.py", text) == names and (" more row" in text) == more, text)
    p = subprocess.run([BPFPROF, "report", path, "--by", "file", "-n", "nosuch"], capture_output=True)
    case("no file that -n finds is said", b"\nno file matches -n\n" in p.stdout and not p.stderr, p)
    case("a thread that -n finds, whatever its functions are called", [s in subprocess.run([BPFPROF, "report", path, "--threads", "-n", "^python"],
         capture_output=True, check=True).stdout for s in (b"python", b"matches -n")] == [True, False])
    p = subprocess.run([BPFPROF, "report", path, "-n", "C.p"], capture_output=True)
    case("-n tells where it looks", b"--only in qualified names too" in p.stderr, p)
    case("one call of one function", b"1 call of 1 function, " in run(path, "-f", "table", "--only", "x.py"))
    wide = profile([("/a/" + "d" * 90 + f"/{i}.py", 1, "n" * 90 + str(i), 1, 1, 1, 1) for i in range(2)], [])
    path, _ = store(folder, "uncut", wide)
    for args in ["-f", "table"], ["--by", "file"]:
        case(f"in a file nothing is cut: {args[-1]}", "\u2026" not in run(path, *args).decode(), run(path, *args))


def totals_of_all(folder):
    """Where functions are hidden the first line says of what they are a part."""
    data = profile([("/a/x.py", 1, "f", 1, 1, 1_000_000, 100_000_000), ("/a/y.py", 1, "g", 7, 7, 99_000_000, 99_000_000)],
                   [(0, 1, 7, 7, 99_000_000, 99_000_000)])
    path, _ = store(folder, "totals", data)
    for args, head in (([], "1 function calls in 0.001 seconds, of 8 in 0.100\n"), (["-f", "table"], "1 call of 1 function, 1.00 ms of wall time, of 8 in 100 ms\n"),
                       (["--by", "file"], "1 call of 1 function, 1.00 ms of wall time, of 8 in 100 ms\n"),
                       (["-c", "off-cpu"], "1 function calls in 0.001 seconds of off-cpu time, of 8 in 0.050\n")):
        text = run(path, "--only", "x.py", *args).decode()
        case(f"of what a part is: {' '.join(args)}", text.lstrip().startswith(head) and "--fold gives" in text, text)
    text = run(path, "--only", "x.py", "--fold").decode()
    case("folded it is all", text.lstrip().startswith("8 function calls in 0.100 seconds\n"), text)
    data = with_paths(2)
    path, _ = store(folder, "tree", data)
    text = run(path, "--tree", "--exclude", "^" + re.escape(label(data["functions"][1])) + "$").decode()
    case("a tree says what its shares are of", re.search(r" call paths in [0-9.]+ seconds, shares are of [0-9.]+\n", text), text)


def c_of_mine(folder):
    """--mine leaves what of C the program's own code calls."""
    data = profile([("/a/x.py", 1, "f", 1, 1, 10, 100), ("~", 0, "<built-in method time.sleep>", 7, 7, 80, 80), ("~", 0, "<block b>", 1, 1, 1, 1),
                    ("/usr/lib/python3.11/site.py", 1, "lib", 2, 2, 5, 10), ("~", 0, "<built-in method sys.intern>", 9, 9, 5, 5)],
                   [(0, 1, 5, 5, 60, 60), (3, 1, 2, 2, 20, 20), (3, 4, 9, 9, 5, 5)])
    for f, kind in zip(data["functions"], ("python", "c", "block", "python", "c")):
        f["kind"] = kind
    path, _ = store(folder, "sleeps", data)
    def names(*args):
        return sorted(f["name"] for f in json.loads(run(path, "-f", "json", *args))["functions"])

    case("--mine leaves C functions that own code calls", names("--mine") == ["<block b>", "<built-in method time.sleep>", "f"], names("--mine"))
    case("and --builtins hide does not", names("--mine", "--builtins", "hide") == ["<block b>", "f"], names("--mine", "--builtins", "hide"))
    some = os.path.join(folder, "some.json")
    run(path, "-o", some, "--mine", "--fold")
    for args, names in ((["--mine"], "--mine"), ([], None)):
        p = subprocess.run([BPFPROF, "report", path, "-o", os.path.join(folder, "part.prof"), *args], capture_output=True, text=True)
        case(f"a .prof cannot say that it is a part: {names}", p.returncode == 0 and ("is a part of the run, by --mine" in p.stderr) == bool(names), p)
    case("folded twice is folded once", run(some, "--mine", "--fold", "-f", "functions-csv") == run(path, "--mine", "--fold", "-f", "functions-csv"))


def shares_of_all(folder):
    """In a tree of some functions a share is of the run's time, and never above it."""
    data = with_paths(2)
    path, _ = store(folder, "shares", data)
    hidden = "^" + re.escape(label(data["functions"][1])) + "$"
    def shares(*args):
        text = run(path, "--tree", "--min", "0", *args).decode()
        return {line.split("%")[0].split()[-2] + line.split()[0]: line.split("%")[0].split()[-1]
                for line in text.splitlines() if "%  " in line}

    whole, some = shares(), shares("--exclude", hidden)
    common = whole.keys() & some.keys()
    case("tree: a share is of all time, whatever is hidden", common and all(whole[k] == some[k] for k in common), (whole, some))
    data = with_paths(3)
    calls = next(i for i, up in enumerate(data["paths"]["parent"]) if up == -1)
    for name in "cumtime_ns", "raw_cumtime_ns":
        data["paths"][name][calls] += 50 * sum(data["paths"]["tottime_ns"])  # by calls that no table had room for
    path, _ = store(folder, "lost", data)
    most = [max(float(share) for share in shares(*args).values()) for args in ((), ("--exclude", "zzz"), ("--fold-recursion",))]
    case("tree: no share is above all time, with calls that were lost", all(90 < share <= 100 for share in most), most)


FILTERS = (["--only", "x.py"], ["--exclude", "x.py"], ["--mine"], ["--only", "x.py", "--fold"], ["--exclude", "x.py", "--fold"],
           ["--mine", "--fold"], ["--builtins", "fold"], ["--strip-dirs"], ["--fold-recursion"],
           ["--exclude", "z.py", "--fold", "--fold-recursion", "--strip-dirs"])
VIEWS = (["-f", "pstats"], ["-f", "table"], ["-f", "callers"], ["-f", "callees"], ["--by", "file"], ["-f", "functions-csv"],
         ["-c", "cpu"], ["-f", "callgrind"], ["-f", "openmetrics"])
BY_PATH = (["-f", "paths-csv"], ["--tree", "--min", "0"], ["-f", "folded"], ["-f", "speedscope"])


def read_again(folder):
    """What is written with functions left out, folded or joined is read as the views of the run show it."""
    for name, data, views in (("of pairs", measured(random_profile(21, 30)), VIEWS), ("of paths", measured(with_paths(5)), VIEWS + BY_PATH)):
        path, _ = store(folder, "whole", data)
        for args in FILTERS:
            some = os.path.join(folder, "some.json")
            run(path, "-o", some, *args)
            with open(SCHEMA, encoding="utf-8") as schema, open(some, encoding="utf-8") as f:
                jsonschema.validate(json.load(f), json.load(schema))
            wrong = [view for view in views if run(some, *view) != run(path, *view, *args)]
            case(f"read again as it was shown {name}: {' '.join(args)}", not wrong, wrong)
            case(f"and written again as it was {name}: {' '.join(args)}", run(some, "-f", "json") == run(path, "-f", "json", *args), "differs")


def parts_add_up(folder):
    """Two parts of runs: what is hidden is that of both."""
    data = profile([("/a/x.py", 1, "f", 1, 1, 10, 100), ("/a/y.py", 1, "g", 7, 7, 90, 90)], [(0, 1, 7, 7, 90, 90)])
    path, _ = store(folder, "both", data)
    run(path, "-o", os.path.join(folder, "part.json"), "--only", "x.py")
    part = os.path.join(folder, "part.json")
    case("parts add up, and what is hidden of them", b"Hidden: 14 calls" in run(part, part), run(part, part))
    case("of a part and a run likewise", b"Hidden: 7 calls" in run(part, path) and b"Hidden: 7 calls" in run(path, part),
         run(part, path))
    run(path, "-o", part, "--only", "x.py", "--fold")
    rows = [f for f in json.loads(run(path, "-f", "json", "--exclude", "x.py"))["functions"]]
    case("a C function is one where others are hidden", [f["kind"] for f in rows] == ["c"], rows)


def nothing_left(folder):
    """A format of which nothing is left says so by what it holds."""
    path, _ = store(folder, "all", with_paths(1))
    for form, what in (("edges-ndjson", "calls of one function by another"), ("paths-csv", "call paths"), ("prof", "calls of functions")):
        p = subprocess.run([BPFPROF, "report", path, "-f", form, "-o", os.path.join(folder, "none"), "--exclude", "."], capture_output=True)
        want = f"bpfprof: cannot write -f {form}: nothing is left of the {what}; print it without --exclude\n"
        case(f"nothing is left: {form}", p.returncode == 1 and p.stderr.decode() == want, p)
    data = with_paths(1)
    rows = run(store(folder, "all", data)[0], "-f", "paths-ndjson", "--exclude", ".", "--fold").decode().splitlines()
    case("all is hidden and folded: their paths have their calls", sum(json.loads(r)["ncalls"] for r in rows) == sum(data["paths"]["ncalls"])
         and all(json.loads(r)["name"] == "<hidden functions>" for r in rows), rows)


with tempfile.TemporaryDirectory() as tmp:
    for group in (without_some, folded_recursion, hidden_is_said, totals_of_all, c_of_mine, shares_of_all, read_again, parts_add_up,
                  nothing_left):
        group(tmp)
sys.exit(1 if FAILED else 0)
