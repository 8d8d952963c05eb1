# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Reports against Python's own pstats, byte for byte. run.py BPFPROF

Profiles are made here, stored as bpfprof's JSON, turned into .prof by bpfprof and loaded by the
real pstats; then each table of ours must be the table that pstats prints.
"""
import fcntl
import glob
import io
import json
import os
import pstats
import pty
import struct
import subprocess
import sys
import tempfile
import termios

import jsonschema
from made import BPFPROF, FAILED, SCHEMA, case, profile, random_profile, run, store

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
                       (["-n", ".0"], "fraction"), (["-s", ","], "sort key"), (["-s", "calls,,name"], "sort key"), (["-s", "calls,"], "sort key"), (["-c", "cpu,"], "one of wall"), (["-c", ""], "one of wall"), (["-"] * 2, "stdin (-) can be read once"), (["--baseline", "-", "-"], "stdin (-) can be read once"), (["-s", "foo"], "tottime, cumtime, bytes"), (["-s", "calls,b"], "measure with --io"), (["-f", "htm"], "tracks-json"), (["-o", "x.json", "-o", "x.json"], "twice"), (["-o", "a.json", "-o", "a.htm"], ".htm"),
                       *[(["-o", os.path.join(folder, "a." + end)], ".txt, .csv, .functions.csv")
                         for end in ("htm", "JSON", "json~", "2026")], (["-o", ""], "empty"),
                       (["--tree", "-n", "3"], "--depth"), (["--tree", "-s", "calls"], "how long"), (["--threads", "-s", "calls"], "how long"), (["-f", "table", "-o", "a.json", "-o", "a.csv"], "another format's; give -o FILE.txt"), (["-f", "coroutines", "-n", "3"], "leave it out"), (["--tracks", "-n", "x"], "leave it out")):
        p = subprocess.run([BPFPROF, "report", path, *args], capture_output=True, text=True)
        case(f"refused: report {' '.join(args).replace(folder, '')}", p.returncode == 2 and not p.stdout
             and p.stderr.count("\n") == 1 and word in p.stderr, p)
    case("refused: nothing is left behind", not [f for f in os.listdir(folder) if f.startswith("a.")])
    for args, word in ((["dump", "-p", "5", "-p", "6"], "twice"), (["doctor", "foo"], "no argument"),
                       (["man", "foo"], "give no command, or one"), (["--max-functions", "16777216", "-p", "1"], "2097152"),
                       (["--max-edges", "200000000", "-p", "1"], "8388608"),
                       (["-p", "1", "-p", "1"], "given twice"), (["-c", "foo", "-p", "1"], "one of wall, cpu"),
                       (["-c", "wall,wall", "-p", "1"], "given twice"), (["-c", "wall", "-c", "wall", "-p", "1"], "given twice"), (["--callers", "--callees", "-p", "1"], "already"),
                       (["--by", "file", "--threads", "-p", "1"], "already"), (["--depth", "3", "-p", "1"], "--tree"),
                       (["--min", "3", "-p", "1"], "--tree"), (["--fold", "-p", "1"], "--mine"),
                       (["--fold-recursion", "-p", "1"], "--paths"), (["--timeline", "9", "-p", "1"], ".trace.json"),
                       (["--timeline", "9", "--rotate", "1", "-o", "%s.trace.json", "-p", "1"], "--rotate"),
                       (["--no-source", "-p", "1"], ".html"), (["--threads", "-c", "cpu", "-p", "1"], "leave -c out"), (["--threads", "-c", "lock", "-p", "1"], "columns of its own"), (["-b", "-5", "-p", "1"], "from 0 to 1000000"),
                       (["--children", "--wait", "-p", "1"], "COMMAND"), (["--wait", "--", "true"], "--children"),
                       (["--usdt", "--backend=inline", "-p", "1"], "--usdt: short for"), (["--backend=eval", "--usdt", "-p", "1"], "--usdt: short for"),
                       (["calibrate", "--backend=markers"], "nothing to measure"), (["-f", "changes", "--", "true"], "--baseline OLD.json NEW.json"),
                       (["-s", "bytes", "--", "true"], "give --io too"), (["-s", "time,by", "-p", "1"], "give --io too"),
                       (["serve"], "'bpfprof serve --help'"), (["top", "-i", "x"], "'bpfprof top --help'"),
                       (["report", "--builtins=foo"], "'bpfprof report --help'"), (["-i", "x"], "'bpfprof --help'"),
                       (["--by", "process", "-f", "table"], "-f table: --by process is asked for already"),
                       (["-f", "json", "--callers"], "--callers: -f json is asked for already"),
                       (["--baseline", "a.json", "--", "true"], "--baseline: an option of bpfprof report, not of this command; see"),
                       (["report", "-vd3"], "-d: an option of bpfprof, bpfprof top, bpfprof serve, not of this command; see"),
                       (["-q", "serve", "-p", "1"], "serve: a command comes before its options; say 'bpfprof serve OPTION...', or -- serve for a"),
                       (["-q", "top"], "top: a command comes before"), (["-v", "report", "a.json"], "report: a command comes before"),
                       *((["report", path, *view, "-o", os.path.join(folder, f"misnamed{ending}")], "-o: its ending is another format's")
                         for view, ending in ((["--by", "file"], ".json"), (["--threads"], ".trace.json"), (["-f", "table"], ".html"), (["--callers"], ".prof"))),
                       (["-qZ"], "-Z: no such option; see"), (["--wiat"], "--wiat: no such option; did you mean --wait? See 'bpfprof --help'"),
                       (["report", "--bulitins=fold"], "did you mean --builtins? See 'bpfprof report --help'"), (["--basline=a", "-p", "1"], "--basline=a: no such option; see"),
                       (["dump", "--zzzzzzzzzzzz"], "--zzzzzzzzzzzz: no such option; see"), (["--" + "f" * 99], "no such option; see"), (["--mine=3"], "--mine=3: takes no value; see"),
                       (["-n"], "-n: needs a value; see"), (["--only"], "--only: needs a value; see")):
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
    both = [os.path.join(folder, name) for name in ("both.json", "both.txt")]
    run(path, "-f", "table", "-o", both[0], "-o", both[1])
    with open(both[1], "rb") as f:
        case("-f is of the text among several files", f.read() == run(path, "-f", "table"))
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
    other, _ = store(folder, "other", {**data, "bpfprof_version": "0.0.9"})
    case("the version is the writer's", json.loads(run(other, "-f", "json")) == data, "it is not")
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
    case("clocks may be given one by one", run(path, "-c", "wall", "-c", "cpu") == run(path, "-c", "wall,cpu"), run(path))
    thread = data["threads"][0]
    for what, more, n in (("one thread in several readings is one", {"start_ns": 6, "end_ns": 30}, 1),
                          ("one that had its number after its end is another", {"start_ns": 20, "end_ns": 30}, 2)):
        data["threads"] = [{**thread, "start_ns": 5, "end_ns": 20}, {**thread, **more}]
        path, _ = store(folder, "again", data)
        case(what, ("Times: 2 threads added up" in run(path).decode()) == (n == 2), run(path))
    data["threads"][1]["tid"] += 1
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
    case("no estimate where nothing is taken off", b"*" not in run(path, "-c", "off-cpu,lock")
         and b"~" not in run(path, "-c", "lock", "-f", "table") and b"~" in run(path, "-f", "table"), run(path, "-c", "lock"))
    case("what was not open is not", b"+" not in run(path, "-n", "2:"), run(path, "-n", "2:"))
    both = json.loads(run(path, path, "-f", "json"))
    jsonschema.validate(both, json.load(open(SCHEMA)))
    case("profiles added up count what was open", [f["open"] for f in both["functions"]] == [4, 0, 2]
         and both["edges"][0]["open"] == 4, both)
    rows = [line.split() for line in run(path, "-s", "nfl").decode().splitlines() if "a.py:" in line]
    case("no time a call of what was open", rows == [["0", "0.000", "0.000", "a.py:1(f)", "+"], ["3", *["0.000"] * 4, "a.py:2(g)"],
         ["2", "0.000", "0.000", "a.py:3(h)", "*", "+"]], rows)
    shown = run(path, "-f", "table", "-s", "nfl", "-b", "off").decode()
    case("what was open, in the table for people", [line.split() for line in shown.splitlines() if "a.py:" in line] == [
         ["0+", "5", "ns", "\u258d", "5", "%", "9.00", "\u00b5s", "f", "a.py:1"], ["3", "100", "ns", "\u2588" * 7 + "\u258c", "94", "%", "100", "ns", "33", "ns", "g", "a.py:2"],
         ["2+", "1", "ns", "\u258f", "1", "%", "1", "ns", "h", "a.py:3"]] and shown.count("\n+ open when profiling began") == 1, shown)
    for form in ("callers", "callees"):
        said = run(path, "-f", form).decode()
        case(f"which calls were open, in {form}", [line[-2:] for line in said.splitlines() if "0.000  " in line] == [" +"]
             and said.count("   + open when") == 1, said)
    case("callers of what was not open", b"+" not in run(path, "-f", "callers", "-n", "3:"), run(path, "-f", "callers", "-n", "3:"))
    p = subprocess.run([BPFPROF, "report", path, "-o", prof], capture_output=True, text=True)
    case(".prof has no room for what was open", ", which calls were open at the start" in p.stderr, p)
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


with tempfile.TemporaryDirectory() as tmp:
    for group in (orders, prefixes, refusals, round_trip, names, extremes, surrogates, opens, nothing, terminal, cprofile):
        group(tmp)
sys.exit(1 if FAILED else 0)
