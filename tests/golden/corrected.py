# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What is taken off times, and the times of other clocks. corrected.py BPFPROF
"""
import json
import os
import pstats
import random
import subprocess
import sys
import tempfile

from made import BPFPROF, FAILED, case, profile, random_profile, run, store


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
        self.rng, self.waits, self.recursive = random.Random(seed), random.Random(seed), recursive
        self.inside, self.outside, self.first = constants
        self.functions, self.edges, self.open, self.calls = {}, {}, [], 0
        for _ in range(40):
            self.call(None, self.rng.randrange(3), 0)

    def row(self, table, key):
        return table.setdefault(key, {"ncalls": 0, "primitive": 0, "children": 0, "firsts": 0,
                                      "beneath": 0, "own": 0, "cum": 0, "raw_own": 0, "raw_cum": 0, "off": 0, "cum_off": 0})

    def call(self, caller, f, depth):
        """(ns alone, ns as measured, ns of them off a CPU)"""
        keys = [(self.functions, f)] + ([(self.edges, (caller, f))] if caller is not None else [])
        rows, nested = [self.row(*k) for k in keys], [k[1] in self.open for k in keys]
        self.open += [k[1] for k in keys]
        own, before, children, firsts, sums = self.rng.randrange(20, 900), self.calls, 0, 0, [0, 0, 0]
        off = self.waits.choice([0, 0, self.waits.randrange(3000)])
        own += off
        self.calls += 1
        for _ in range(self.rng.randrange(4) if depth < 6 and f < 9 else 0):
            callee = self.rng.randrange(0 if self.recursive else f + 1, 10)
            firsts += (f, callee) not in self.edges
            children += 1
            sums = [x + y for x, y in zip(sums, self.call(f, callee, depth + 1))]
        raw = own + self.inside + children * self.outside + firsts * self.first
        for row, inner in zip(rows, nested):
            for name, n in (("ncalls", 1), ("children", children), ("firsts", firsts),
                            ("own", own), ("raw_own", raw), ("off", off)):
                row[name] += n
            if not inner:
                row["primitive"] += 1
                row["cum"] += own + sums[0]
                row["raw_cum"] += raw + sums[1]
                row["cum_off"] += off + sums[2]
                row["beneath"] += self.calls - before - 1
        del self.open[-len(keys):]
        return own + sums[0], raw + sums[1], off + sums[2]

    def profile(self, constants):
        def figures(r):
            return r["ncalls"], r["primitive"], r["raw_own"], r["raw_cum"]

        names = sorted(self.functions)
        data = profile([("a.py", f, f"f{f}", *figures(self.functions[f])) for f in names],
                       [(names.index(a), names.index(b), *figures(r))
                        for (a, b), r in sorted(self.edges.items())])
        rows = [self.functions[f] for f in names] + [r for _, r in sorted(self.edges.items())]
        for to, r in zip(data["functions"] + data["edges"], rows):
            to.update(own_off_ns=r["off"], own_runnable_ns=0, cum_off_ns=r["cum_off"], cum_runnable_ns=0,
                      own_reasons={"sleep_ns": r["off"]}, cum_reasons={"sleep_ns": r["cum_off"]},
                      child_calls=r["children"], first_calls=r["firsts"],
                      calls_beneath=r["beneath"])
        data["target"]["bias"].update(dict(zip(("inside_ns", "outside_ns", "first_ns"), constants)),
                                      **{"from": "measured", "inside_error_ns": 1.0,
                                         "outside_error_ns": .5, "first_error_ns": .25,
                                         "both_error_ns": .75, "slower": .125, "pace": 1.25, "timed_ns": 40.0})
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
        0 <= r["own_off_ns"] <= r["tottime_ns"] <= r["cumtime_ns"] <= total and
        0 <= r["tottime_ns"] - r["own_off_ns"] <= r["cumtime_ns"] - r["cum_off_ns"]
        for r in p["functions"] + p["edges"]) and all(
        f["cumtime_ns"] + slack >= f["tottime_ns"] + calls[f["id"]]
        for f in p["functions"] if f["ncalls"] == f["primitive_calls"])


def corrected(folder, data):
    return json.loads(run(store(folder, "bias", data)[0], "-f", "json"))


def bias(folder):
    """What profiling added is taken off to the nanosecond where the constants are right, and within
    bounds where they are not."""
    def far(program, p, cumulative):
        """Rows that are not as the program would be alone."""
        return [f for f in p["functions"]
                if abs(f["tottime_ns"] - program.functions[f["line"]]["own"]) > 1 or cumulative
                and abs(f["cumtime_ns"] - program.functions[f["line"]]["cum"]) > 3 * len(p["edges"])]

    for seed, recursive, constants in ((1, False, (30, 50, 0)), (2, False, (-20, 90, 700)),
                                       (3, True, (30, 50, 0)), (4, True, (10, 60, 800))):
        program = Program(seed, recursive, constants)
        p = corrected(folder, program.profile(constants))
        wrong = far(program, p, not constants[2])
        case(f"bias: program {seed} as it is alone", not wrong, wrong[:1])
        case(f"bias: program {seed} holds together", holds_together(p), p["totals"])
        for by in (.5, 1.7, 40):
            p = corrected(folder, program.profile([by * c for c in constants]))
            case(f"bias: program {seed}, constants x {by}", holds_together(p), p["totals"])
            case(f"bias: program {seed}, constants x {by}, marks", all(
                f["is_estimate"] == (f["raw_tottime_ns"] > 2 * f["tottime_ns"] - f["own_off_ns"])
                for f in p["functions"] + p["edges"]), "wrong ones")
    again = corrected(folder, program.profile(constants))

    def error(f):
        """The constants', to either side, as far as was taken off; and as far as something is left, with an eighth
        of them, and half a percent of what callees take, 500 ns each at most."""
        calls = f["ncalls"], f["child_calls"], f["first_calls"]
        either = sum(n * ns for n, ns in zip(calls, (1, .5, .25)))
        more = (.125 * sum(n * abs(ns) for n, ns in zip(calls, constants)) +
                min(max(0, f["cumtime_ns"] - f["tottime_ns"]) * .005, 500. * f["child_calls"]))
        return max(min(either + more, f["tottime_ns"]), min(either, f["raw_tottime_ns"] - f["tottime_ns"]))

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
    case("bias: -v names the constants", "   Bias: of each call 10.0 ns were taken off its own time and 60.0 ns off its caller's: "
         "measured before the run, right to 1.0 and 0.5 ns; times 1.25, by the machine's pace in the run" in lines, lines[-4:])


def bias_in_files(folder):
    """The constants are stored with what they were taken off of, and tell apart what is added up."""
    constants = 10, 60, 800
    program = Program(4, True, constants)
    data = program.profile(constants)
    again = corrected(folder, data)
    case("bias: stored and loaded", again["target"]["bias"] == data["target"]["bias"], again["target"])
    data["functions"][0]["other_events"] = 7
    raised = corrected(folder, data)["functions"]
    case("bias: events of exceptions too, and only where there are any",
         raised[0]["other_events"] == 7 and "other_events" not in raised[1], raised[:2])
    del data["functions"][0]["other_events"]
    of_c = {"inside_ns": 3.0, "outside_ns": 7.0, "inside_error_ns": .5, "outside_error_ns": .25, "both_error_ns": .75}
    data["target"]["bias"]["c"] = of_c
    case("bias: that of C functions too", corrected(folder, data)["target"]["bias"]["c"] == of_c)
    del data["target"]["bias"]["c"]
    data["threads"] = [{"tid": 7, "name": "python", "ncalls": 10, "tottime_ns": 5, "off_ns": 400,
                        "raw_tottime_ns": n, "runnable_ns": 0, "switches": 0, "start_ns": 1,
                        "end_ns": 2}
                       for n in (100000, 1000, 300)]
    left = [t["tottime_ns"] for t in corrected(folder, data)["threads"]]
    case("bias: a thread's time is without its share", 90000 < left[0] < 100000 and
         400 <= left[1] < 1000 and left[2] == 300, left)
    del data["target"]["bias"]["pace"]
    case("bias: of before paces were measured", corrected(folder, data)["target"]["bias"]["pace"] == 0)
    del data["target"]["bias"]["slower"]
    case("bias: of before errors had sides", corrected(folder, data)["target"]["bias"]["slower"] == 0)
    other = program.profile([c + 5 for c in constants])
    a, b, both = (corrected(folder, x) for x in (data, other, data))
    path, _ = store(folder, "both", json.loads(run(store(folder, "one", data)[0],
                                                   store(folder, "two", other)[0], "-f", "json")))
    both = json.loads(run(path, "-f", "json"))
    case("bias: profiles of different constants", both["totals"]["tottime_ns"] ==
         a["totals"]["tottime_ns"] + b["totals"]["tottime_ns"] and
         json.loads(run(path, "-b", "off", "-f", "json"))["totals"]["tottime_ns"] ==
         2 * a["totals"]["raw_tottime_ns"], both["totals"])


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
        data["threads"] = [{"tid": i, "name": "python", "ncalls": 100, "tottime_ns": 10 ** 9, "raw_tottime_ns": 10 ** 9,
                            "off_ns": 0, "runnable_ns": 0, "switches": 0, "start_ns": 1, "end_ns": 2}]
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
        threads = [sum(t["tottime_ns"] for t in p["threads"]) for p in said]
        case(f"different constants, {name}: those of threads too", threads == [p["totals"]["tottime_ns"] for p in said], threads)
        case(f"different constants, {name}: the errors add up", errors == [[4 * 10 ** 7, 2 * 10 ** 7], [0, 0]], errors)


def marks(folder):
    """A row of which more was taken off than is left has a mark, which a line explains."""
    data = profile([("a.py", 1, "f", 100, 100, 1000, 1000), ("a.py", 2, "g", 10, 10, 9000, 9000),
                    ("a.py", 3, "waits", 100, 100, 3000, 3000)], [])
    for f in data["functions"]:
        f.update(child_calls=0, calls_beneath=0, own_off_ns=0, cum_off_ns=0, own_runnable_ns=0, cum_runnable_ns=0)
    data["functions"][2].update(own_off_ns=1700, cum_off_ns=1700)  # of 800 taken off by the wall 2200 are left, on a CPU 500
    data["target"]["bias"].update({"from": "measured", "inside_ns": 8.0})
    path, _ = store(folder, "marks", data)
    for args in ([], ["-c", "cpu"], ["-c", "cpu,off-cpu"], ["-c", "wall,cpu"]):
        lines = run(path, "-s", "nfl", *args).decode().splitlines()
        case(f"estimates are marked {' '.join(args)}", [line.endswith(" *") for line in lines if "a.py:" in line]
             == [True, False, bool(args)] and sum(line.startswith("   * an estimate") for line in lines) == 1, lines)
    case("what is no estimate is not", b"*" not in run(path, "-b", "off") + run(path, "-n", "2.g"), run(path))


CLOCKS = {"wall": (1, 0, 0), "cpu": (1, -1, 0), "off-cpu": (0, 1, 0), "blocked": (0, 1, -1),
          "runnable": (0, 0, 1)}
REASONS = {"io": ("socket", "pipe", "file", "poll"),
           **{name: (name,) for name in ("gil", "lock", "stw", "sleep", "socket", "pipe", "file", "poll",
                                         "child", "fault", "stopped", "other")}}


def holders(folder, data, again):
    """Who held the GIL: said, kept, added up; what adds up to more than was waited is refused."""
    def held(name, ns):
        return {"thread": 0, "tid": 7, "thread_name": "python", "file": "a.py", "line": 1, "name": name, "ns": ns}
    f, thread = data["functions"][0], data["threads"][0]
    f["own_reasons"] = f["cum_reasons"] = {"gil_ns": 500}
    thread.update(off_ns=500, runnable_ns=0, reasons={"gil_ns": 500})
    data["gil"] = {"wait_ns": 500, "held": [held("f", 100), held("g", 210), held("h", 15), held("i", 40)],
                   "free_ns": 50, "unknown_ns": 85}
    path, _ = store(folder, "waits", data)
    said = [row for row in run(path).decode().splitlines() if "meanwhile" in row]
    case("holders: said", said == ["   GIL: held meanwhile by python in g 42 %, python in f 20 %, "
                                   "python in i 8 %, others 3 %, nobody 10 %, unknown 17 %"], said)
    run(path, "-o", again)
    with open(again) as file:
        got = json.load(file)["gil"]
    case("holders: kept, the longest first", got == {"wait_ns": 500, "free_ns": 50, "unknown_ns": 85, "held":
         [held("g", 210), held("f", 100), held("i", 40), held("h", 15)]}, got)
    run(path, path, "-o", again)
    with open(again) as file:
        got = json.load(file)["gil"]
    case("holders: twice", (got["wait_ns"], got["free_ns"], got["unknown_ns"], len(got["held"])) == (1000, 100, 170, 8)
         and {row["thread"] for row in got["held"]} == {0, 1}, got)
    for name, rows, want in (("0 %", [held("f", 300), held("g", 2)], ["   GIL: held meanwhile by python in f 60 %, unknown 40 %"]),
                             ("nobody to speak of", [held("f", 2)], [])):
        path, _ = store(folder, "waits", dict(data, gil={"held": rows}))
        said = [row for row in run(path).decode().splitlines() if "meanwhile" in row]
        case(f"holders: {name}", said == want, said)
    path, _ = store(folder, "waits", dict(data, gil={"held": [], "free_ns": 400}))
    said = [row for row in run(path).decode().splitlines() if "meanwhile" in row]
    case("holders: nobody at all", said == ["   GIL: held meanwhile by nobody 80 %, unknown 20 %"], said)
    threads = [thread, dict(thread, tid=8, reasons={"gil_ns": 0}, off_ns=0)]
    rows = [held("f", 100), dict(held("f", 150), thread=1, tid=8), held("g", 200)]
    path, _ = store(folder, "waits", dict(data, threads=threads, gil={"held": rows}))
    said = [row for row in run(path).decode().splitlines() if "meanwhile" in row]
    case("holders: of one function", said == ["   GIL: held meanwhile by 2 threads in f 50 %, python in g 40 %, unknown 10 %"], said)
    for free in (-1, 501, "1"):
        path, _ = store(folder, "waits", dict(data, gil={"held": [], "free_ns": free}))
        case(f"holders: nobody, for {free!r}", subprocess.run([BPFPROF, "report", path], capture_output=True).returncode == 1)
    several = [{"pid": pid, "start_ns": 0, "command": "x", "python": None} for pid in (7, 8)]
    path, _ = store(folder, "waits", dict(data, gil={"held": [held("f", 300)]}, processes=several))
    said = [row for row in run(path).decode().splitlines() if "meanwhile" in row]
    case("holders: of several processes", said == ["   GIL: held meanwhile by python (1) in f 60 %, unknown 40 %"], said)
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
            ("of stops", {"stw_ns": 120, "lock_ns": 380}, {"stw_ns": 120, "lock_ns": 380}),
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
        for filter in ["--only", "no such"], ["--mine"]:
            some = run(path, *filter).decode()
            case(f"reasons: {name}, of the GIL and stopped are of the run, {filter[0]}",
                 all(row in some for row in said) and ("Stopped:" in some) == ("stopped_ns" in want), some)
        rows = [row for row in run(path).decode().splitlines() if "Stopped:" in row]
        case(f"reasons: {name}, stopped is of the time of all threads", ["% of the time of all threads (" in row for row in rows] == [True] * ("stopped_ns" in want), rows)
        case(f"reasons: {name}, of the GIL", said == ["   GIL: 12 % of the time of all threads was spent waiting for it"]
             * ("gil_ns" in want), said)
        said = [row for row in run(path).decode().splitlines() if "STW:" in row]
        case(f"reasons: {name}, of stops", said == ["   STW: 12 % of the time of all threads was spent in stops of them all"]
             * ("stw_ns" in want), said)
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


with tempfile.TemporaryDirectory() as tmp:
    for group in (bias, bias_in_files, settled, marks, clocks, waits):
        group(tmp)
sys.exit(1 if FAILED else 0)
