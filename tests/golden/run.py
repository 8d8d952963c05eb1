# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Reports against Python's own pstats, byte for byte. run.py BPFPROF

Profiles are made here, stored as bpfprof's JSON, turned into .prof by bpfprof and loaded by the
real pstats; then each table of ours must be the table that pstats prints.
"""
import fcntl
import glob
import gzip
import importlib.util
import io
import json
import marshal
import os
import pstats
import pty
import random
import struct
import subprocess
import sys
import tempfile
import termios

import jsonschema
from made import BPFPROF, FAILED, case, profile, random_profile, run, store

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.path.join(HERE, "..", "..", "user", "report", "bpfprof-2.schema.json")
KEYS = ("calls", "cumulative", "cumtime", "filename", "line", "module", "name", "ncalls", "nfl",
        "pcalls", "stdname", "time", "tottime")


def expected(prof, method, keys, amounts, reverse=False, strip=False):
    out = io.StringIO()
    stats = pstats.Stats(prof, stream=out)
    if strip:
        stats.strip_dirs()
    stats.sort_stats(*keys)
    if reverse:
        stats.reverse_order()
    stats.files = []
    getattr(stats, method)(*amounts)
    return out.getvalue().encode()


def orders(folder):
    for seed in range(4):
        path, prof = store(folder, f"random{seed}", random_profile(seed, 30))
        run(path, "-o", prof)
        for form, method in (("pstats", "print_stats"), ("callers", "print_callers"),
                             ("callees", "print_callees")):
            bad = [keys for keys in [(k,) for k in KEYS] + [("calls", "name"), ("time", "nfl", "line")]
                   if run(path, "-f", form, "-s", ",".join(keys)) != expected(prof, method, keys, ())]
            case(f"{form} by every key, profile {seed}", not bad, f"differs from pstats by {bad}")
        for name, args, amounts in (("count", ["7"], [7]), ("fraction", [".35"], [.35]),
                                    ("regex", ["x.py.*f"], ["x.py.*f"]),
                                    ("all in order", [".5", "py", "3"], [.5, "py", 3]),
                                    ("count beyond", ["99"], [99]), ("none left", ["zzz"], ["zzz"])):
            limits = [w for a in args for w in ("-n", a)]
            bad = [form for form, method in (("pstats", "print_stats"), ("callers", "print_callers"))
                   if run(path, "-f", form, "-s", "time,nfl", *limits)
                   != expected(prof, method, ("time", "nfl"), amounts)]
            case(f"limit by {name}, profile {seed}", not bad, f"differs from pstats: {bad}")
        case(f"reverse, profile {seed}", run(path, "-s", "nfl", "-r")
             == expected(prof, "print_stats", ("nfl",), (), reverse=True))
        case(f"strip-dirs, profile {seed}", run(path, "-s", "nfl", "--strip-dirs")
             == expected(prof, "print_stats", ("nfl",), (), strip=True))


def refusals(folder):
    """Wrong usage: status 2, one line, nothing on stdout."""
    path, _ = store(folder, "refusals", random_profile(8, 5))
    for args, word in ((["-n", "["], "missing terminating"), (["-n", "0"], "count"), (["-n", "-3"], "count"),
                       (["-n", "1.5"], "fraction"), (["-n", "1.0"], "fraction"), (["-n", "+7"], "count"),
                       (["-n", ".0"], "fraction"), (["-s", ","], "sort key"), (["-f", "htm"], "tracks-json"), (["-o", "x.json", "-o", "x.json"], "twice"), (["-o", "a.json", "-o", "a.htm"], ".htm"),
                       *[(["-o", os.path.join(folder, "a." + end)], ".txt, .csv, .functions.csv")
                         for end in ("htm", "JSON", "json~", "2026")], (["-o", ""], "empty")):
        p = subprocess.run([BPFPROF, "report", path, *args], capture_output=True, text=True)
        case(f"refused: report {' '.join(args).replace(folder, '')}", p.returncode == 2 and not p.stdout
             and p.stderr.count("\n") == 1 and word in p.stderr, p)
    case("refused: nothing is left behind", not [f for f in os.listdir(folder) if f.startswith("a.")])
    for args, word in ((["dump", "-p", "5", "-p", "6"], "twice"), (["doctor", "foo"], "no argument"),
                       (["man", "foo"], "no argument"), (["--max-functions", "16777216", "-p", "1"], "2097152"),
                       (["--max-edges", "200000000", "-p", "1"], "8388608"),
                       (["-p", "1", "-p", "1"], "given twice"), (["-c", "foo", "-p", "1"], "one of wall, cpu"),
                       (["-c", "wall,wall", "-p", "1"], "given twice"), (["--callers", "--callees", "-p", "1"], "already"),
                       (["--by", "file", "--threads", "-p", "1"], "already"), (["--depth", "3", "-p", "1"], "--tree"),
                       (["--min", "3", "-p", "1"], "--tree"), (["--fold", "-p", "1"], "--mine"),
                       (["--fold-recursion", "-p", "1"], "--paths"), (["--timeline", "9", "-p", "1"], ".trace.json"),
                       (["--timeline", "9", "--rotate", "1", "-o", "%s.trace.json", "-p", "1"], "--rotate"),
                       (["--no-source", "-p", "1"], ".html"), (["--threads", "-c", "cpu", "-p", "1"], "leave -c out"),
                       (["--children", "--wait", "-p", "1"], "COMMAND"), (["--wait", "--", "true"], "--children")):
        p = subprocess.run([BPFPROF, *args], capture_output=True, text=True)
        case(f"refused: {' '.join(args)}", p.returncode == 2 and not p.stdout
             and p.stderr.count("\n") == 1 and word in p.stderr, p)
    text = subprocess.run([BPFPROF, "--help"], capture_output=True, text=True, check=True).stdout
    rows = text[text.index("Options:"):].splitlines()
    case("--help: two columns that do not touch", all(len(row) <= 80 for row in rows) and not [
        row for row in rows if row.startswith("  ") and len(row) > 30 and row[30] != " " and row[28:30] != "  "
        and not row[2:].startswith(("bpfprof", "    --track"))], rows)
    for name in (".hidden", "noending", "x.txt"):
        out = os.path.join(folder, name)
        run(path, "-o", out)
        with open(out, "rb") as f:
            case(f"-o {name} is the table", f.read() == run(path))
    case("-o - is stdout", run(path, "-o", "-") == run(path) and not os.path.exists("-"))


def prefixes(folder):
    path, _ = store(folder, "prefixes", random_profile(9, 5))
    accepted = pstats.Stats().get_sort_arg_defs()
    words = {w[:n] for w in KEYS for n in range(1, len(w) + 1)}
    bad = []
    for w in sorted(words):
        status = subprocess.run([BPFPROF, "report", path, "-s", w], capture_output=True).returncode
        if (status == 0) != (w in accepted) or status not in (0, 2):
            bad.append(w)
    case("sort key prefixes", not bad, f"wrong for {bad}")


def round_trip(folder):
    data = random_profile(5, 40)
    path, _ = store(folder, "trip", data)
    with open(SCHEMA, encoding="utf-8") as f:
        schema = json.load(f)
    again = json.loads(run(path, "-f", "json"))
    jsonschema.validate(again, schema)
    case("json round trip", again == data, "it changed")
    data["target"].update(sequence=3, duration_ns=61500000000)
    third, _ = store(folder, "third", data)
    again = json.loads(run(third, "-f", "json"))
    jsonschema.validate(again, schema)
    case("a reading keeps its number", again == data, "it does not")
    head = run(third).decode().splitlines()[0]
    case("and says it", head.startswith("   Report 3: after 61.500 s, 1970-01-01 "), head)
    double = json.loads(run(path, third, "-f", "json"))
    case("but not as a part of several", "sequence" not in double["target"], double["target"])
    double = json.loads(run(path, path, "-f", "json"))
    case("merge adds up", all(2 * a["ncalls"] == b["ncalls"] and 2 * a["tottime_ns"] == b["tottime_ns"]
                              for a, b in zip(data["functions"], double["functions"])), "it does not")


def hostile(folder):
    names = ["new\nline", "esc\x1b[31m", "c1\x9b31m", "n" * 65536]
    path, prof = store(folder, "hostile", profile([("/x\n.py", i, n, 1, 1, 5, 5)
                                                   for i, n in enumerate(names)], []))
    text = run(path, "-s", "line").decode()
    case("control characters escaped", "\x1b" not in text and "\x9b" not in text
         and text.count("\n") == 11 and "new\\x0aline" in text, "they are not")
    run(path, "-o", prof)
    case("hostile names in .prof", {k[2] for k in pstats.Stats(prof).stats} == set(names), "changed")


def losses(folder):
    path, _ = store(folder, "losses", profile(
        [("a.py", 1, "f", 0, 0, 0, 0)], [], {"stack_full": {"count": 3, "text": "frames too many"}},
        ["something to know"]))
    lines = run(path).decode().splitlines()
    case("losses head the table, notes are beneath it",
         (lines[0], lines[-1]) == ("   Lost: 3 frames too many", "   Note: something to know"), lines)
    case("zero calls leave percall blank", lines[-4].startswith(
        "        0    0.000             0.000          a.py:1(f)"), lines[-4])


def key(f):
    return f["file"], f["line"], f["name"]


def times(path, prof, *args):
    """{function: (own, cumulative) ns} as a .prof made with these arguments has them."""
    run(path, "-o", prof, *args)
    return {k: (round(v[2] * 1e9), round(v[3] * 1e9)) for k, v in pstats.Stats(prof).stats.items()}


class Program:
    """Random calls of functions, with what profiling adds to each: their figures as measured and as
    they would be alone, counted as the core counts. Without recursion f calls only what is above."""
    def __init__(self, seed, recursive, constants):
        self.rng, self.recursive = random.Random(seed), recursive
        self.inside, self.outside, self.first = constants
        self.functions, self.edges, self.open, self.calls = {}, {}, [], 0
        for _ in range(40):
            self.call(None, self.rng.randrange(3), 0)

    def row(self, table, key):
        return table.setdefault(key, {"ncalls": 0, "primitive": 0, "children": 0, "firsts": 0,
                                      "beneath": 0, "own": 0, "cum": 0, "raw_own": 0, "raw_cum": 0})

    def call(self, caller, f, depth):
        """(ns alone, ns as measured)"""
        keys = [(self.functions, f)] + ([(self.edges, (caller, f))] if caller is not None else [])
        rows, nested = [self.row(*k) for k in keys], [k[1] in self.open for k in keys]
        self.open += [k[1] for k in keys]
        own, before, children, firsts, sums = self.rng.randrange(20, 900), self.calls, 0, 0, [0, 0]
        self.calls += 1
        for _ in range(self.rng.randrange(4) if depth < 6 and f < 9 else 0):
            callee = self.rng.randrange(0 if self.recursive else f + 1, 10)
            firsts += (f, callee) not in self.edges
            children += 1
            sums = [x + y for x, y in zip(sums, self.call(f, callee, depth + 1))]
        raw = own + self.inside + children * self.outside + firsts * self.first
        for row, inner in zip(rows, nested):
            for name, n in (("ncalls", 1), ("children", children), ("firsts", firsts),
                            ("own", own), ("raw_own", raw)):
                row[name] += n
            if not inner:
                row["primitive"] += 1
                row["cum"] += own + sums[0]
                row["raw_cum"] += raw + sums[1]
                row["beneath"] += self.calls - before - 1
        del self.open[-len(keys):]
        return own + sums[0], raw + sums[1]

    def profile(self, constants):
        def figures(r):
            return r["ncalls"], r["primitive"], r["raw_own"], r["raw_cum"]

        names = sorted(self.functions)
        data = profile([("a.py", f, f"f{f}", *figures(self.functions[f])) for f in names],
                       [(names.index(a), names.index(b), *figures(r))
                        for (a, b), r in sorted(self.edges.items())])
        rows = [self.functions[f] for f in names] + [r for _, r in sorted(self.edges.items())]
        for to, r in zip(data["functions"] + data["edges"], rows):
            to.update(own_off_ns=0, own_runnable_ns=0, cum_off_ns=0, cum_runnable_ns=0,
                      own_reasons={}, cum_reasons={},
                      child_calls=r["children"], first_calls=r["firsts"],
                      calls_beneath=r["beneath"])
        data["target"]["bias"].update(dict(zip(("inside_ns", "outside_ns", "first_ns"), constants)),
                                      **{"from": "measured", "inside_error_ns": 1.0,
                                         "outside_error_ns": .5, "first_error_ns": .25,
                                         "both_error_ns": .75, "pace": 1.25})
        data["threads"] = []
        return data


def holds_together(p):
    """No time below zero, no cumulative one above the run or below its own, and no caller's below
    that of all it calls, where nothing of it is called by itself."""
    total = sum(f["tottime_ns"] for f in p["functions"])
    slack = len(p["edges"])  # rounding
    calls = {f["id"]: 0 for f in p["functions"]}
    for e in p["edges"]:
        calls[e["caller"]] += e["cumtime_ns"]
    return p["totals"]["tottime_ns"] == total and all(
        0 <= r["tottime_ns"] <= r["cumtime_ns"] + 1 and r["cumtime_ns"] <= total
        for r in p["functions"] + p["edges"]) and all(
        f["cumtime_ns"] + slack >= f["tottime_ns"] + calls[f["id"]]
        for f in p["functions"] if f["ncalls"] == f["primitive_calls"])


def bias(folder):
    """What profiling added is taken off to the nanosecond where the constants are right, and within
    bounds where they are not."""
    def corrected(data):
        return json.loads(run(store(folder, "bias", data)[0], "-f", "json"))

    def far(program, p, cumulative):
        """Rows that are not as the program would be alone."""
        return [f for f in p["functions"]
                if abs(f["tottime_ns"] - program.functions[f["line"]]["own"]) > 1 or cumulative
                and abs(f["cumtime_ns"] - program.functions[f["line"]]["cum"]) > 3 * len(p["edges"])]

    for seed, recursive, constants in ((1, False, (30, 50, 0)), (2, False, (-20, 90, 700)),
                                       (3, True, (30, 50, 0)), (4, True, (10, 60, 800))):
        program = Program(seed, recursive, constants)
        p = corrected(program.profile(constants))
        wrong = far(program, p, not constants[2])
        case(f"bias: program {seed} as it is alone", not wrong, wrong[:1])
        case(f"bias: program {seed} holds together", holds_together(p), p["totals"])
        for by in (.5, 1.7, 40):
            p = corrected(program.profile([by * c for c in constants]))
            case(f"bias: program {seed}, constants x {by}", holds_together(p), p["totals"])
            case(f"bias: program {seed}, constants x {by}, marks", all(
                f["is_estimate"] == (f["raw_tottime_ns"] > 2 * f["tottime_ns"])
                for f in p["functions"] + p["edges"]), "wrong ones")
    again = corrected(program.profile(constants))

    def error(f):  # the constants', half a percent of what callees take, 500 ns each at most
        return (f["ncalls"] * 1 + f["child_calls"] * .5 + f["first_calls"] * .25 +
                min(max(0, f["cumtime_ns"] - f["tottime_ns"]) * .005, 500. * f["child_calls"]))

    case("bias: each row's error", all(f["error_ns"] == int(error(f)) for f in again["functions"]))
    raw = [{key(f): (f["raw_tottime_ns"], f["raw_cumtime_ns"]) for f in p["functions"]}
           for p in (again, program.profile(constants))]
    case("bias: json has raw ones too", raw[0] == raw[1], raw)
    path, prof = store(folder, "bias", program.profile(constants))
    off = times(path, prof, "-b", "off")
    case("bias: off", off == raw[0], off)
    seven = times(path, prof, "-b", "7")
    case("bias: of 7 ns", all(seven[key(f)][0] == f["raw_tottime_ns"] - 7 * f["ncalls"] -
                              7 * f["child_calls"] for f in again["functions"]), seven)
    total = again["totals"]["raw_tottime_ns"] - again["totals"]["tottime_ns"]
    lines = run(path).decode().splitlines()
    case("bias: a footnote says what was taken off", lines[-1] ==
         f"   Times: {total / 1e9:.3f} s of profiling "
         f"({100 * total / again['totals']['raw_tottime_ns']:.0f} %) taken off, "
         f"\u00b1 {again['totals']['error_ns'] / 1e9:.3f} s", lines[-1])
    case("bias: above it is the table and nothing else",
         run(path).startswith(b"         ") and sum(b"Times:" in row for row in run(path).splitlines()) == 1)
    lines = run(path, "-v").decode().splitlines()
    case("bias: -v names the constants", "   Bias: 10.0 ns inside and 60.0 ns outside each call "
         "(measured, x 1.25 for the run's pace, within 1.0 and 0.5 ns)" in lines, lines[-4:])
    data = program.profile(constants)
    case("bias: stored and loaded", again["target"]["bias"] == data["target"]["bias"], again["target"])
    of_c = {"inside_ns": 3.0, "outside_ns": 7.0, "inside_error_ns": .5, "outside_error_ns": .25, "both_error_ns": .75}
    data["target"]["bias"]["c"] = of_c
    case("bias: that of C functions too", corrected(data)["target"]["bias"]["c"] == of_c)
    del data["target"]["bias"]["c"]
    data["threads"] = [{"tid": 7, "name": "python", "ncalls": 10, "tottime_ns": 5, "off_ns": 400,
                        "raw_tottime_ns": n, "runnable_ns": 0, "switches": 0, "start_ns": 1,
                        "end_ns": 2}
                       for n in (100000, 1000, 300)]
    left = [t["tottime_ns"] for t in corrected(data)["threads"]]
    case("bias: a thread's time is without its share", 90000 < left[0] < 100000 and
         400 <= left[1] < 1000 and left[2] == 300, left)
    del data["target"]["bias"]["pace"]
    case("bias: of before paces were measured", corrected(data)["target"]["bias"]["pace"] == 0)
    other = program.profile([c + 5 for c in constants])
    a, b, both = (corrected(x) for x in (data, other, data))
    path, _ = store(folder, "both", json.loads(run(store(folder, "one", data)[0],
                                                   store(folder, "two", other)[0], "-f", "json")))
    both = json.loads(run(path, "-f", "json"))
    case("bias: profiles of different constants", both["totals"]["tottime_ns"] ==
         a["totals"]["tottime_ns"] + b["totals"]["tottime_ns"] and
         json.loads(run(path, "-b", "off", "-f", "json"))["totals"]["tottime_ns"] ==
         2 * a["totals"]["raw_tottime_ns"], both["totals"])


def schema_1(data):
    """The same profile as bpfprof/1 had it: the plain names were those of raw times, and functions
    of Python had no kind."""
    old = json.loads(json.dumps({**data, "schema": "bpfprof/1"}))
    for row in old["functions"] + old["edges"] + old["threads"] + [old["totals"]]:
        for name in ("tottime_ns", "cumtime_ns"):
            if name in row:
                row["corrected_" + name], row[name] = row[name], row.pop("raw_" + name)
    for row in old["functions"]:
        if row["kind"] == "python":
            del row["kind"]
    return old


def earlier(folder):
    data = random_profile(13, 20)
    data["target"]["bias"].update({"from": "measured", "inside_ns": 30.0, "outside_ns": 5.0})
    path, _ = store(folder, "now", data)
    now = run(path, "-f", "json")
    path, _ = store(folder, "earlier", schema_1(json.loads(now)))
    case("a profile of bpfprof/1 is read right", run(path, "-f", "json") == now, "other figures")
    for stored in sorted(glob.glob(os.path.join(HERE, "earlier", "*.json"))):
        kept(stored)


def measured(data):
    """What was counted and measured, by the names of whichever schema."""
    names = {row["id"]: (row["file"], row["line"], row["name"]) for row in data["functions"]}
    plain = "" if data["schema"] == "bpfprof/1" else "raw_"
    shown = ["ncalls", "primitive_calls", plain + "tottime_ns", plain + "cumtime_ns", "own_off_ns"]
    rows = [(names[row["id"]], *(row[s] for s in shown)) for row in data["functions"]]
    edges = [(names.get(row["caller"]), names[row["callee"]], *(row[s] for s in shown))
             for row in data["edges"]]
    threads = [(row["tid"], row["name"], row["ncalls"], row[plain + "tottime_ns"])
               for row in data["threads"]]
    return [sorted(part, key=repr) for part in (rows, edges, threads)]


def kept(stored):
    """A profile that an earlier bpfprof wrote of a real process is read, and written as today's."""
    with open(stored, encoding="utf-8") as f:
        was = json.load(f)
    now = json.loads(run(stored, "-f", "json"))
    with open(SCHEMA, encoding="utf-8") as f:
        jsonschema.validate(now, json.load(f))
    name = os.path.basename(stored)
    case(f"{name} keeps its figures", measured(now) == measured(was), "other figures")
    fib = next(row for row in now["functions"] if row["name"] == "fib")
    case(f"{name} keeps its correction", fib["ncalls"] == 1593 and
         0 < fib["tottime_ns"] < fib["raw_tottime_ns"], fib)


def rows_of(text):
    lines = text.decode().splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("   ncalls"))
    return [line for line in lines[at + 1:] if line and not line.startswith("   Times")]


def names(folder):
    data = profile([("a.py", 5, "run", 1, 1, 9, 9), ("a.py", 9, "run", 1, 1, 8, 8),
                    ("b.py", 5, "run", 1, 1, 7, 7), ("a.py", 7, "go", 1, 1, 6, 6)], [])
    for f, name in zip(data["functions"], ("A.run", "B.run", "C.run", "A.go")):
        f["qualname"] = name
    path, prof = store(folder, "names", data)
    case("namesakes of one file go by their qualified names", [row.split()[-1] for row in rows_of(run(path))] == [
        "a.py:5(A.run)", "a.py:9(B.run)", "b.py:5(run)", "a.py:7(go)"], run(path))
    run(path, "-o", prof)
    case(".prof has plain names", {k[2] for k in pstats.Stats(prof).stats} == {"run", "go"}, "it has not")
    data["threads"] *= 2
    path, _ = store(folder, "threads", data)
    case("times of several threads are said to be their sum",
         run(path).decode().splitlines()[-1] == "   Times: 2 threads added up", run(path))


def on_terminal(lines, columns, *args):
    """What report prints on a terminal of that size."""
    pid, fd = pty.fork()
    if not pid:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        os.execv(BPFPROF, [BPFPROF, "report", *args])
    said = b""
    while True:
        try:
            said += os.read(fd, 65536)
        except OSError:  # EIO: the other side is closed
            break
    os.close(fd)
    os.waitpid(pid, 0)
    return said.replace(b"\r\n", b"\n")


def extremes(folder):
    """Figures that no run can have are refused; the largest that are not add up without a wrap."""
    for name in ("tottime_ns", "raw_tottime_ns", "cum_off_ns", "ncalls", "calls_beneath"):
        data = profile([("a.py", 1, "f", 5, 5, 5, 5)], [])
        data["functions"][0][name] = 2 ** 63 - 1
        if name == "ncalls":
            data["functions"][0]["primitive_calls"] = 2 ** 63 - 1
        path, _ = store(folder, "extreme", data)
        p = subprocess.run([BPFPROF, "report", path], capture_output=True, text=True)
        case(f"2^63-1 as {name} is refused", p.returncode == 1 and not p.stdout
             and p.stderr.count("\n") == 1 and "functions" in p.stderr, p)
    data = profile([("a.py", i, "f", 2 ** 53, 2 ** 53, 2 ** 60, 2 ** 60) for i in range(40)], [])
    data["totals"] = {}  # not read
    path, _ = store(folder, "largest", data)
    case("the largest figures do not wrap", f"{2 ** 53} function calls in {2 ** 60 / 1e9:.3f} seconds"
         in run(path).decode() and b"-" not in run(path, "-b", "7"), run(path))


def surrogates(folder):
    """A .prof has the names that the program has, as cProfile's has them."""
    wanted = {("/x\udcff.py", 1, "f\ud800\u00e9"), ("/\\udx.py", 2, "\\ud8"), ("c.py", 3, "\\xff")}
    rows = [(f.encode("utf-8", "backslashreplace").decode(), line, n.encode("utf-8", "backslashreplace").decode(),
             1, 1, 5, 5) for f, line, n in sorted(wanted)]
    path, prof = store(folder, "surrogates", profile(rows, []))
    run(path, "-o", prof)
    case("surrogates in .prof", set(pstats.Stats(prof).stats) == wanted, pstats.Stats(prof).stats)


def settled(folder):
    """Profiles of different constants added up keep what was measured, what was taken off, and how far off
    that may be."""
    paths = []
    for i, inside in enumerate((30.0, 60.0)):
        data = profile([("a.py", 1, "f", 100, 100, 10 ** 9, 10 ** 9)], [])
        data["functions"][0].update(child_calls=0, calls_beneath=0, own_off_ns=0, cum_off_ns=0,
                                    own_runnable_ns=0, cum_runnable_ns=0)
        data["target"]["bias"].update({"from": "measured", "inside_ns": inside * 1e5,
                                       "inside_error_ns": 1e5, "both_error_ns": 2e5})
        paths.append(store(folder, f"settled{i}", data)[0])
    both = os.path.join(folder, "both.json")
    run(*paths, "-o", both)
    prof = os.path.join(folder, "both.prof")
    for name, args in (("at once", paths), ("stored and printed again", [both])):
        run(*args, "-o", prof)
        tt = pstats.Stats(prof).stats["a.py", 1, "f"][2]
        case(f"different constants, {name}: corrected", abs(tt - 1.1) < 1e-9, tt)
        run(*args, "-b", "off", "-o", prof)
        tt = pstats.Stats(prof).stats["a.py", 1, "f"][2]
        case(f"different constants, {name}: --bias off is raw", abs(tt - 2) < 1e-9, tt)
        case(f"different constants, {name}: the footnote stays", run(*args).decode().splitlines()[-1].endswith(
            "0.900 s of profiling (45 %) taken off, \u00b1 0.040 s"), run(*args))
        said = [json.loads(run(*args, "-b", how, "-f", "json")) for how in ("auto", "off")]
        errors = [[p["totals"]["error_ns"], p["functions"][0]["error_ns"]] for p in said]
        case(f"different constants, {name}: the errors add up", errors == [[4 * 10 ** 7, 2 * 10 ** 7], [0, 0]], errors)


def marks(folder):
    """A row of which more was taken off than is left has a mark, which a line explains."""
    data = profile([("a.py", 1, "f", 100, 100, 1000, 1000), ("a.py", 2, "g", 10, 10, 9000, 9000)], [])
    for f in data["functions"]:
        f.update(child_calls=0, calls_beneath=0, own_off_ns=0, cum_off_ns=0, own_runnable_ns=0, cum_runnable_ns=0)
    data["target"]["bias"].update({"from": "measured", "inside_ns": 8.0})
    path, _ = store(folder, "marks", data)
    for args in ([], ["-c", "cpu"], ["-c", "cpu,off-cpu"]):
        lines = run(path, "-s", "nfl", *args).decode().splitlines()
        case(f"estimates are marked {' '.join(args)}", [line.endswith(" *") for line in lines if "a.py:" in line]
             == [True, False] and sum(line.startswith("   * an estimate") for line in lines) == 1, lines)
    case("what is no estimate is not", b"*" not in run(path, "-b", "off") + run(path, "-n", "2:"), run(path))


def opens(folder):
    """A row of what was open before it was seen has a mark, which a line explains; profiles add up how many."""
    data = profile([("a.py", 1, "f", 0, 0, 5, 9000), ("a.py", 2, "g", 3, 3, 100, 100), ("a.py", 3, "h", 2, 2, 1, 1)],
                   [(0, 1, 3, 3, 100, 100)])
    data["functions"][0]["open"] = data["edges"][0]["open"] = 2
    data["functions"][2].update(open=1, own_off_ns=0)
    data["target"]["bias"].update({"from": "given", "inside_ns": 8.0})
    path, prof = store(folder, "opens", data)
    for args in ([], ["-c", "cpu"], ["-c", "cpu,off-cpu"]):
        lines = run(path, "-s", "nfl", *args).decode().splitlines()
        case(f"what was open is marked {' '.join(args)}",
             [line[-len(end):] for line, end in zip((x for x in lines if "a.py:" in x), ("(f) +", "(g)", "(h) * +"))]
             == ["(f) +", "(g)", "(h) * +"] and sum(line.startswith("   + open when") for line in lines) == 1, lines)
    case("what was not open is not", b"+" not in run(path, "-n", "2:"), run(path, "-n", "2:"))
    both = json.loads(run(path, path, "-f", "json"))
    jsonschema.validate(both, json.load(open(SCHEMA)))
    case("profiles added up count what was open", [f["open"] for f in both["functions"]] == [4, 0, 2]
         and both["edges"][0]["open"] == 4, both)
    run(path, "-b", "off", "-o", prof)
    case("pstats takes it for a function that was not called", pstats.Stats(prof).stats["a.py", 1, "f"][:2] == (0, 0),
         pstats.Stats(prof).stats)


def nothing(folder):
    """A format that has no room for what a profile has says so, and writes nothing."""
    path, prof = store(folder, "nothing", profile([("a.py", 1, "f", 1, 1, 0, 0)], []))
    for args, word in ((["-f", "csv"], "blocks"), (["-o", os.path.join(folder, "n.csv")], "blocks")):
        p = subprocess.run([BPFPROF, "report", path, *args], capture_output=True, text=True)
        case(f"csv without blocks: {args[0]}", p.returncode == 1 and not p.stdout and word in p.stderr
             and p.stderr.count("\n") == 1 and not os.path.exists(os.path.join(folder, "n.csv")), p)
    path, _ = store(folder, "empty", profile([], []))
    p = subprocess.run([BPFPROF, "report", path, "-o", prof], capture_output=True, text=True)
    case(".prof of no calls", p.returncode == 1 and "calls of functions" in p.stderr and not os.path.exists(prof), p)


def terminal(folder):
    path, prof = store(folder, "terminal", random_profile(3, 60))
    run(path, "-o", prof)
    said = on_terminal(24, 200, path, "-s", "nfl")
    shown = len(rows_of(said))
    case("on a terminal the table fits", 10 <= shown and said.count(b"\n") < 24, said)
    case("and is pstats' own of so many rows", said == expected(prof, "print_stats", ("nfl",), (shown,)))
    said = on_terminal(24, 60, path, "-s", "nfl")
    height = sum(1 + (len(row) - 1) // 60 for row in said.decode().splitlines())
    case("on a narrow terminal the wrapped table fits", len(rows_of(said)) < shown and height < 24, said)
    case("-n is what counts", on_terminal(24, 200, path, "-n", "50") == run(path, "-n", "50"))
    said = on_terminal(24, 200, path, "-f", "callers")
    case("callers fit too", said.count(b"\n") < 24 and b"List reduced from 60 to " in said, said)


CLOCKS = {"wall": (1, 0, 0), "cpu": (1, -1, 0), "off-cpu": (0, 1, 0), "blocked": (0, 1, -1),
          "runnable": (0, 0, 1)}


REASONS = {"io": ("socket", "pipe", "file", "poll"),
           **{name: (name,) for name in ("gil", "lock", "sleep", "socket", "pipe", "file", "poll",
                                         "child", "fault", "stopped", "other")}}


def holders(folder, data, again):
    """Who held the GIL: said, kept, added up; what adds up to more than was waited is refused."""
    def held(name, ns):
        return {"thread": 0, "tid": 7, "thread_name": "python", "file": "a.py", "line": 1, "name": name, "ns": ns}
    f, thread = data["functions"][0], data["threads"][0]
    f["own_reasons"] = f["cum_reasons"] = {"gil_ns": 500}
    thread.update(off_ns=500, runnable_ns=0, reasons={"gil_ns": 500})
    data["gil"] = {"wait_ns": 500, "held": [held("f", 100), held("g", 210), held("h", 15), held("i", 40)],
                   "unknown_ns": 135}
    path, _ = store(folder, "waits", data)
    said = [row for row in run(path).decode().splitlines() if "meanwhile" in row]
    case("holders: said", said == ["   GIL: held meanwhile by python in g 42 %, python in f 20 %, "
                                   "python in i 8 %, others 3 %, unknown 27 %"], said)
    run(path, "-o", again)
    with open(again) as file:
        got = json.load(file)["gil"]
    case("holders: kept, the longest first", got == {"wait_ns": 500, "unknown_ns": 135, "held":
         [held("g", 210), held("f", 100), held("i", 40), held("h", 15)]}, got)
    run(path, path, "-o", again)
    with open(again) as file:
        got = json.load(file)["gil"]
    case("holders: twice", (got["wait_ns"], got["unknown_ns"], len(got["held"])) == (1000, 270, 8)
         and {row["thread"] for row in got["held"]} == {0, 1}, got)
    for name, broken in (("too much", held("f", 501)), ("no thread", dict(held("f", 1), thread=1)),
                         ("no name", dict(held("f", 1), name=None)), ("less than nothing", held("f", -1))):
        path, _ = store(folder, "waits", dict(data, gil={"held": [broken]}))
        case(f"holders: {name}", subprocess.run([BPFPROF, "report", path], capture_output=True).returncode == 1)


def waits(folder):
    """Reasons add up to the time blocked, whatever the file says; the GIL's share is said."""
    data = profile([("a.py", 1, "f", 1, 1, 1000, 1000)], [])
    f = data["functions"][0]
    f.update(own_off_ns=600, own_runnable_ns=100, cum_off_ns=600, cum_runnable_ns=100)
    again = os.path.join(folder, "again.json")
    for name, given, want in (
            ("kept", {"gil_ns": 120, "pipe_ns": 380}, {"gil_ns": 120, "pipe_ns": 380}),
            ("what is missing is another", {"gil_ns": 120}, {"gil_ns": 120, "other_ns": 380}),
            ("of before there were any", None, {"other_ns": 500}),
            ("too many", {"child_ns": 400, "stopped_ns": 300}, {"child_ns": 200, "stopped_ns": 300})):
        f["own_reasons"] = f["cum_reasons"] = given
        if given is None:
            del f["own_reasons"], f["cum_reasons"]
        path, _ = store(folder, "waits", data)
        run(path, "-o", again)
        with open(again) as file:
            got = json.load(file)
        case(f"reasons: {name}", got["functions"][0]["own_reasons"] == want == got["totals"]["reasons"]
             and got["functions"][0]["cum_reasons"] == want, got["functions"][0])
        run(path, path, "-o", again)
        with open(again) as file:
            got = json.load(file)["functions"][0]["own_reasons"]
        case(f"reasons: {name}, twice", got == {name: 2 * ns for name, ns in want.items()}, got)
        said = [row for row in run(path, "-c", "cpu").decode().splitlines() if "GIL:" in row]
        case(f"reasons: {name}, of the GIL", said == ["   GIL: 12 % of the time was spent waiting for it"]
             * ("gil_ns" in want), said)
    holders(folder, data, again)
    f["own_reasons"] = {"gil_ns": "many"}
    path, _ = store(folder, "waits", data)
    case("reasons: broken", subprocess.run([BPFPROF, "report", path], capture_output=True).returncode == 1)


def clocks(folder):
    data = random_profile(12, 20)
    path, prof = store(folder, "clocks", data)
    for clock, (wall, off, wait) in CLOCKS.items():
        want = {key(f): (wall * f["tottime_ns"] + off * f["own_off_ns"] + wait * f["own_runnable_ns"],
                         wall * f["cumtime_ns"] + off * f["cum_off_ns"] + wait * f["cum_runnable_ns"])
                for f in data["functions"]}
        got = times(path, prof, "-c", clock)
        case(f"clock {clock}", all(abs(x - y) <= 1 + abs(y) * 1e-12 for k in want
                                   for x, y in zip(got[k], want[k])), "other times")
    for clock, names in REASONS.items():
        want = {key(f): tuple(sum(f[which].get(name + "_ns", 0) for name in names)
                              for which in ("own_reasons", "cum_reasons")) for f in data["functions"]}
        got = times(path, prof, "-c", clock)
        case(f"clock {clock}", all(abs(x - y) <= 1 + abs(y) * 1e-12 for k in want
                                   for x, y in zip(got[k], want[k])), "other times")
    rows = run(path, "-c", "cpu,off-cpu", "-s", "nfl").decode().splitlines()
    at = next(i for i, r in enumerate(rows) if r.startswith("   ncalls"))
    f = min(data["functions"], key=lambda f: (f["name"], f["file"], f["line"]))
    figures = rows[at + 1].split(None, 5)[1:5]
    want = [f["tottime_ns"] - f["own_off_ns"], f["cumtime_ns"] - f["cum_off_ns"], f["own_off_ns"],
            f["cum_off_ns"]]
    case("clocks side by side", rows[at - 1].split() == ["cpu", "off-cpu"]
         and figures == ["%.3f" % (ns / 1e9) for ns in want], rows[at - 1:at + 2])


def part(name):
    """A module of the package bpfprof, without the package's extension."""
    spec = importlib.util.spec_from_file_location(
        name, os.path.join(HERE, "..", "..", "user", "python", "bpfprof", name + ".py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # which dataclasses look into
    spec.loader.exec_module(module)
    return module


def random_results(results, seed):
    """Results as the package has them: a profiler with tracks and blocks."""
    rng = random.Random(seed)
    all_ = results.ProfilerResults("x")
    names = ["plain", "with, comma", 'with "quotes"', "n" * 60, "\u95a2\u6570", "na\u00efve", "two\nlines"]
    for idx in sorted(rng.sample(range(1024), 3)):
        track = all_.tracks.setdefault(idx, results.ProfileTrack(idx, rng.choice([None, "DB", "\u0394"])))
        track.enabled = rng.random() < .5
        for i, name in enumerate(names):
            block = track.add_block(i, name, rng.choice(["/a/b.py", "b.c", None]), rng.randrange(1, 99))
            for _ in range(rng.choice([1, 1000 if seed else 1234])):
                block.record_time(rng.choice([0, 1, 999, 1000, 999999, 10 ** 9, rng.randrange(10 ** rng.randrange(1, 12))]))
            block.own_time_ns = rng.randrange(block.total_time_ns + 1)
    return all_


def hits_json(block):
    return {"hit_count": block.hit_count, "total_time_ns": block.total_time_ns,
            "own_time_ns": block.own_time_ns, "avg_time_ns": block.avg_time_ns,
            "min_time_ns": block.min_time_ns, "max_time_ns": block.max_time_ns,
            "p50_ns": block.p50_ns, "p99_ns": block.p99_ns, "histogram": block.histogram}


def stored(results, group=None):
    """The same in bpfprof's JSON."""
    return [{"group": group, "track_idx": t.track_idx, "track_name": t.track_name, "enabled": t.enabled,
             "blocks": [{"name": b.name, "file": b.file, "line": b.line, **hits_json(b),
                         "pct_track": b.total_time_ns / t.total_time_ns * 100 if t.total_time_ns else 0.0,
                         "pct_total": b.total_time_ns / results.total_time_ns * 100,
                         "threads": [{"thread": 0, "tid": 7, **hits_json(b)}]} for b in t.blocks]}
            for t in results.tracks]


def escaped(text):
    """The table, which is for terminals, shows no control characters."""
    return text.replace("two\nlines".ljust(40), "two\\x0alines".ljust(40))


def blocks(folder):
    export, results = part("_export"), part("_results")
    with open(SCHEMA, encoding="utf-8") as f:
        schema = json.load(f)
    for seed in range(3):
        wanted = random_results(results, seed)
        data = {**random_profile(seed, 3), "tracks": stored(wanted)}
        data["target"]["exe"] = "/usr/bin/x"
        path, _ = store(folder, f"blocks{seed}", data)
        again = json.loads(run(path, "-f", "json"))
        jsonschema.validate(again, schema)
        case(f"blocks, json round trip, profile {seed}", again == data, "it changed")
        case(f"blocks, csv, profile {seed}", run(path, "-f", "csv").decode() == export.export_csv(wanted),
             "differs from the package's")
        case(f"blocks, tracks-json, profile {seed}", json.loads(run(path, "-f", "tracks-json"))
             == json.loads(export.export_json(wanted)), "differs from the package's")
        table = escaped("\n".join(export._lines(wanted)) + "\n")
        case(f"blocks, table, profile {seed}", run(path, "--tracks").decode() == table,
             "differs from the package's")
        case(f"blocks, table with bars, profile {seed}", [
            line[:124] for line in run(path, "--tracks", "--hist").decode().splitlines()]
            == [line[:124] for line in table.splitlines()], "other columns")
        case(f"blocks, after the functions, profile {seed}", run(path).decode().endswith(table),
             "they are not")
    twice = json.loads(run(path, path, "-f", "json"))
    case("blocks merge", [(b["hit_count"], b["min_time_ns"], len(b["threads"])) for t in twice["tracks"]
                          for b in t["blocks"]] == [(2 * b.hit_count, b.min_time_ns, 2)
                                                    for t in wanted.tracks for b in t.blocks], "wrongly")
    data["tracks"] = stored(wanted) + stored(wanted, "App")
    path, _ = store(folder, "groups", data)
    case("blocks of two profilers", [g["profiler_name"] for g in json.loads(run(path, "-f", "tracks-json"))]
         == ["x", "App"] and run(path, "--tracks").decode().count("Profiler: ") == 2, "not told apart")
    path, _ = store(folder, "noblocks", profile([("a.py", 1, "f", 1, 1, 0, 0)], []))
    empty = results.ProfilerResults("Profiler")
    case("no blocks", run(path, "--tracks").decode() == "\n".join(export._lines(empty)) + "\n", "differs")


PROFILED = """
import cProfile, itertools, pstats, sys
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
class A:
    def \u00e9(self): return sorted([3, 1, 2], key=lambda x: -x)
clock = itertools.count(0, int(sys.argv[2]))
p = cProfile.Profile(lambda: next(clock), 1e-9)
p.enable(); fib(9); A().\u00e9(); "a,b".split(","); p.disable()
p.dump_stats(sys.argv[1])
"""
INTERPRETERS = ["/usr/bin/python3", *sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/3.*/bin/python3")))]


def cprofile(folder):
    """What cProfile itself wrote, printed and added up as pstats does."""
    source = os.path.join(folder, "profiled.py")
    with open(source, "w", encoding="utf-8") as f:
        f.write(PROFILED)
    files = []
    for i, python in enumerate(INTERPRETERS):
        files.append(os.path.join(folder, f"c{i}.prof"))
        if subprocess.run([python, source, files[-1], str(1000003 + 7 * i)], capture_output=True).returncode:
            files.pop()  # older than 3.8
    case("cProfile of this machine wrote something", bool(files))
    for some in [[f] for f in files] + [files, files[:1] * 3]:
        out = io.StringIO()
        stats = pstats.Stats(*some, stream=out)
        stats.sort_stats("time", "nfl")
        stats.files = []
        bad = []
        for args, method in (((), "print_stats"), (("--callers",), "print_callers"), (("--callees",), "print_callees")):
            out.seek(0)
            out.truncate()
            getattr(stats, method)()
            if run(*some, "-s", "time,nfl", *args) != out.getvalue().encode():
                bad.append(method)
        case(f"cProfile's .prof: {len(some)} of {os.path.basename(some[-1])}", not bad, f"differs from pstats: {bad}")
    with open(files[0], "rb") as f:
        data = f.read()
    piped = subprocess.run([BPFPROF, "report", "-"], input=data, capture_output=True).stdout
    case("a .prof from stdin", piped == run(files[0]), piped)
    text = run(files[0], "-f", "json")
    piped = subprocess.run([BPFPROF, "report", files[0], "-"], input=text, capture_output=True).stdout
    case("JSON from stdin beside a file", piped == run(files[0], files[0]), piped)
    p = subprocess.run([BPFPROF, "report", "-", "-c", "cpu"], input=text, capture_output=True, text=False)
    case("a .prof has no other clocks than the wall's", p.returncode == 1 and not p.stdout
         and p.stderr.count(b"\n") == 1 and b"-c cpu" in p.stderr, p)
    again = os.path.join(folder, "again.prof")
    run(files[0], "-o", again)
    case("a .prof written again is the same to pstats", pstats.Stats(again).stats.keys()
         == pstats.Stats(files[0]).stats.keys() and run(again, "--callers") == run(files[0], "--callers"))


def row(cc=1, nc=1, tt=.5, ct=.5, callers=None, key=("a.py", 1, "f")):
    return {key: (cc, nc, tt, ct, callers if callers is not None else {})}


def broken_profs():
    good = marshal.dumps(row(callers={("a.py", 1, "f"): (1, 1, .5, .5)}))
    yield "empty", b""
    yield "one byte", b"{"
    for at in (2, 7, len(good) // 2, len(good) - 1):
        yield f"cut off at {at}", good[:at]
    yield "more behind it", good + b"0"
    for name, stats in (("negative calls", row(nc=-1)), ("more primitive than all", row(cc=2)),
                        ("not a number", row(tt=float("nan"))), ("endless", row(ct=1e300)),
                        ("line below zero", row(key=("a.py", -1, "f"))), ("line beyond", row(key=("a.py", 2**40, "f"))),
                        ("huge count", row(cc=0, nc=2**200)), ("bytes as a name", row(key=("a.py", 1, b"f"))),
                        ("nested key", row(key=(("a.py",), 1, "f"))), ("short key", row(key=("a.py", 1))),
                        ("callers of module profile", row(callers={("a.py", 1, "f"): 3})),
                        ("callers in a list", row(callers=[])), ("name too long", row(key=("a.py", 1, "f" * 2**21))),
                        ("deep", row(tt=eval("(" * 80 + "1," + ")" * 80)))):
        yield name, marshal.dumps(stats)
    yield "reference to itself", b"\xfb(\x03\x00\x00\x00r\x00\x00\x00\x00"
    yield "reference beyond", b"{(\x03\x00\x00\x00r\xff\xff\xff\xff"
    yield "huge length", b"{(\x03\x00\x00\x00u\xff\xff\xff\xffx"
    yield "a program", b"\x7fELF" + bytes(100)
    yield "gzip", gzip.compress(good)


def broken_tracks():
    """Stored tracks with one thing wrong."""
    good = stored(random_results(part("_results"), 1))

    def wrong(name, change, of=lambda t: t[0]["blocks"][0]):
        bad = json.loads(json.dumps(good))
        change(of(bad))
        return name, {**random_profile(2, 4), "tracks": bad}

    yield wrong("track twice", lambda t: t.append(t[0]), lambda t: t)
    yield wrong("block twice", lambda b: b.append(b[0]), lambda t: t[0]["blocks"])
    yield wrong("thread out of range", lambda b: b["threads"][0].update(thread=1))
    yield wrong("no hits", lambda b: b.update(hit_count=0))
    yield wrong("histogram of other hits", lambda b: b["histogram"].append(1))
    yield wrong("histogram too long", lambda b: b["histogram"].extend([0] * 48))
    yield wrong("negative bucket", lambda b: b["histogram"].__setitem__(0, -1))
    yield wrong("min above max", lambda b: b.update(min_time_ns=b["max_time_ns"] + 1))
    yield wrong("name is no text", lambda b: b.update(name=None))
    yield wrong("track has no index", lambda t: t.pop("track_idx"), lambda t: t[0])


def broken(folder):
    good = random_profile(2, 4)
    for name, change in (("not json", "{"), ("schema", {**good, "schema": "other/9"}),
                         ("no functions", {k: v for k, v in good.items() if k != "functions"}),
                         ("edge out of range", {**good, "edges": [{**good["edges"][0], "caller": 99}]}),
                         ("negative calls", {**good, "functions": [{**good["functions"][0], "ncalls": -1}]}),
                         ("text for number", {**good, "functions": [{**good["functions"][0], "line": "x"}]}),
                         ("array", [1]),
                         *broken_tracks()):
        path = os.path.join(folder, "broken.json")
        with open(path, "w", encoding="utf-8") as f:
            f.write(change if isinstance(change, str) else json.dumps(change))
        refused(f"broken file: {name}", path)
    for name, change in broken_profs():
        with open(path, "wb") as f:
            f.write(change)
        refused(f"broken .prof: {name}", path)
    with open(path, "wb") as f:
        f.truncate(2 ** 30 + 1)
    refused("enormous file", path)
    for other in ("/dev/zero", folder, os.path.join(folder, "gone")):
        refused(f"no file: {other.replace(folder, '')}", other)


def refused(name, path):
    p = subprocess.run([BPFPROF, "report", path], capture_output=True)
    case(name, p.returncode == 1 and not p.stdout and p.stderr.count(b"\n") == 1
         and p.stderr.startswith(b"bpfprof: cannot read "), p)


with tempfile.TemporaryDirectory() as tmp:
    for group in (orders, prefixes, refusals, round_trip, hostile, losses, bias, earlier, names, extremes, surrogates, settled, marks, opens, nothing, terminal, clocks, waits, blocks, cprofile, broken):
        group(tmp)
sys.exit(1 if FAILED else 0)
