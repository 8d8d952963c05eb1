# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Views for people: the table, groups, filters. views.py BPFPROF"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata

import jsonschema
from made import BPFPROF, FAILED, case, profile, random_profile, run, store, table_on_terminal

SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../user/report/bpfprof-2.schema.json")
OWN, LIB, SITE = "/srv/shop/", "/usr/lib/python3.11/", "/opt/venv/lib/python3.11/site-packages/"
FUNCTIONS = [(OWN + "shop.py", 1, "<module>", 1, 1, 1_000, 272_000_000),
             (OWN + "shop.py", 19, "checkout", 50, 50, 300_000, 271_000_000),
             (OWN + "cart/total.py", 10, "total", 50, 25, 1_234_567, 4_000_000),
             (LIB + "json/__init__.py", 299, "dumps", 50, 50, 2_000_000, 20_000_000),
             (LIB + "json/encoder.py", 182, "encode", 50, 50, 18_000_000, 18_000_000),
             (SITE + "requests/sessions.py", 500, "request", 50, 50, 7_000_000, 247_000_000),
             ("<frozen importlib._bootstrap>", 1, "_find", 3, 3, 9_000, 9_000),
             ("~", 0, "<built-in method len>", 15000, 15000, 240_456_433, 240_456_433)]
EDGES = [(0, 1, 50, 50, 300_000, 271_000_000), (1, 2, 50, 25, 1_234_567, 4_000_000),
         (1, 5, 50, 50, 7_000_000, 247_000_000), (1, 3, 25, 25, 1_000_000, 10_000_000),
         (2, 3, 25, 25, 1_000_000, 10_000_000), (3, 4, 50, 50, 18_000_000, 18_000_000),
         (5, 7, 15000, 15000, 240_456_433, 240_456_433), (0, 6, 3, 3, 9_000, 9_000)]
NAMES = ["<module>", "checkout", "Cart.total", "dumps", "JSONEncoder.encode", "Session.request", "_find", None]

TABLE = """\
15,254 calls of 8 functions, 269 ms of wall time
by cumulative time

 calls      own                   total     each  function               where
     1  1.00 \u00b5s            <1 %  272 ms   272 ms  <module>               shop.py:1
    50   300 \u00b5s            <1 %  271 ms  5.42 ms  checkout               shop.py:19
    50  7.00 ms  \u258e          3 %  247 ms  4.94 ms  Session.request        requests/sessions.py:500
15,000   240 ms  \u2588\u2588\u2588\u2588\u2588\u2588\u2588\u258f  89 %  240 ms  16.0 \u00b5s  <built-in method len>  (no file)
and 4 more rows

"""
PACKAGES = """\
15,254 calls of 8 functions, 269 ms of wall time
by own time

functions   calls      own                      cpu  blocked  runnable  package
        1  15,000   240 ms  \u2588\u2588\u2588\u2588\u2588\u2588\u2588\u258f  89 %   120 ms  40.1 ms   80.2 ms  (no file)
        2     100  20.0 ms  \u258b          7 %  10.0 ms  3.33 ms   6.67 ms  json
        1      50  7.00 ms  \u258e          3 %  3.50 ms  1.17 ms   2.33 ms  requests
        1      50  1.23 ms            <1 %   617 \u00b5s   206 \u00b5s    412 \u00b5s  cart
        2      51   301 \u00b5s            <1 %   150 \u00b5s  50.2 \u00b5s    100 \u00b5s  shop
        1       3  9.00 \u00b5s            <1 %  4.50 \u00b5s  1.50 \u00b5s   3.00 \u00b5s  <frozen importlib._bootstrap>

"""


def shop(folder):
    data = profile(FUNCTIONS, EDGES)
    for row, name in zip(data["functions"], NAMES):
        row["qualname"] = name
    return store(folder, "shop", data)[0]


def lines(text):
    """The rows of a table for people."""
    rows = text.decode().splitlines()[4:]
    return rows[:rows.index("")]


def tables(folder):
    path = shop(folder)
    case("table of no rows", run(path, "-f", "table", "-n", "nosuch").decode().endswith("to 0 due to restriction <'nosuch'>\n\n"),
         run(path, "-f", "table", "-n", "nosuch"))
    case("table", run(path, "-f", "table", "-n", "4").decode() == TABLE, run(path, "-f", "table", "-n", "4").decode())
    case("by package", run(path, "--by", "package").decode() == PACKAGES, run(path, "--by", "package").decode())
    files = [line.split()[-1] for line in lines(run(path, "--by", "file"))]
    case("by file", files == ["file)", "json/encoder.py", "requests/sessions.py", "json/__init__.py", "cart/total.py",
                              "shop.py", "importlib._bootstrap>"], files)
    case("by file, reversed", files == [line.split()[-1] for line in reversed(lines(run(path, "--by", "file", "-r")))])
    case("by thread", lines(run(path, "--threads"))[0].endswith("  python (7)"), run(path, "--threads"))
    data = random_profile(3, 5)
    data["threads"][0]["idle_ns"] = 3
    got = run(store(folder, "idle", data)[0], "--threads").decode()
    case("by thread: what it waited for work", got.splitlines()[3].split()[-2:] == ["idle", "thread"] and
         "  3 ns  python (7)" in got and "   Idle: threads waited 0.000 s for work" in got, got)
    data = random_profile(3, 5)
    data["target"]["pid"] = data["threads"][0]["pid"] = 2
    other = store(folder, "other", data)[0]
    got = lines(run(path, other, path, "--by", "process"))
    case("by process, of several profiles", [line.split()[0] + line.split()[-1] for line in got] == ["21", "12"], got)
    both = store(folder, "both", json.loads(run(path, other, path, "-f", "json")))[0]
    case("by process, of a stored sum", lines(run(both, "--by", "process")) == got, got)
    data["processes"] = [{"pid": 2, "start_ns": start, "command": command, "python": None}
                         for start, command in ((0, "a b"), (10**15, "c"))]
    other = store(folder, "named", data)[0]
    got = lines(run(other, "--by", "process"))
    case("by process, by its command", len(got) == 1 and got[0].endswith("a b (2)"), got)
    kept = json.loads(run(other, path, other, "-f", "json"))["processes"]
    case("processes of a sum", [(q["pid"], q["command"]) for q in kept] == [(2, "a b"), (2, "c")], kept)
    p = subprocess.run([BPFPROF, "report", path, "--by", "colour"], capture_output=True)
    case("by what it cannot", p.returncode == 2 and b"file, package, thread or process" in p.stderr, p)


def width(line):
    return sum(0 if unicodedata.combining(c) else 1 for c in line)


def terminal(folder):
    data = profile([(f"/a/very/long/path/to/some/{i}" + "/deep" * 20 + "/module.py", i, "n" * 70, 5, 5, 10**i, 10**i)
                    for i in range(10)] + [("/a/x.py", 1, "f", 1, 1, 1, 1)], [])
    path, _ = store(folder, "wide", data)
    plain = table_on_terminal(path, "NO_COLOR=1")
    case("terminal: nothing is wider than it", all(width(line) <= 80 for line in plain.splitlines()), plain)
    five = {columns: table_on_terminal(path, "NO_COLOR=1", columns=columns, clocks="wall,cpu,blocked,runnable,gil")
            for columns in (80, 120)}
    case("terminal: five clocks, without what can be spared", all(width(line) <= n for n, text in five.items()
                                                                 for line in text.splitlines())
         and "each" in five[120] and "each" not in five[80] and "gil" in five[80], five[80])
    path24, _ = store(folder, "readable", profile([("/a/place/of_its_own.py", 10, "a_name_of_24_characters_", 5, 5, 10**9, 10**9)], []))
    short = table_on_terminal(path24, "NO_COLOR=1", columns=76)
    case("terminal: names of 24 columns stay whole", "a_name_of_24_characters_  of_its_own.py:10" in short and "calls" in short, short)
    case("terminal: no colours by NO_COLOR, dumb, and in files", not any("\x1b" in text for text in (
        plain, table_on_terminal(path, "NO_COLOR=1"), table_on_terminal(path, "TERM=dumb"),
        run(path, "-f", "table").decode())))
    case("terminal: colours, also by an empty NO_COLOR", "\x1b[1m" in table_on_terminal(path, "NO_COLOR=")
         and "\x1b[2m" in table_on_terminal(path))
    case("terminal: what does not fit is told", "and 9 more rows" in table_on_terminal(path, rows=11)
         and len(plain.splitlines()) <= 9, plain)


def functions(path, *args):
    return {f["name"]: f for f in json.loads(run(path, "-f", "json", *args))["functions"]}


def filters(folder):
    path = shop(folder)
    case("--only", list(functions(path, "--only", "json/", "--only", r"Cart\.")) == ["total", "dumps", "encode"])
    case("--exclude", list(functions(path, "--only", "json/", "--exclude", "encoder")) == ["dumps"])
    case("--only 20 is a regular expression", list(functions(path, "--only", "299")) == ["dumps"])
    mine = functions(path, "--mine")
    case("--mine", list(mine) == ["<module>", "checkout", "total"] and mine["total"]["tottime_ns"] == 1_234_567, mine)
    for args in (["--mine"], ["--only", "/"], ["--exclude", "/usr/", "--fold"]):
        got, stripped = functions(path, *args), functions(path, *args, "--strip-dirs")
        case(f"{args[0]} is by the whole path, whatever is shown", got.keys() == stripped.keys() and
             all(f["file"].rsplit("/", 1)[-1] == stripped[name]["file"] for name, f in got.items()), stripped)
    data = profile([("<string>", 1, "<module>", 1, 1, 1, 1), ("a.py", 1, "f", 1, 1, 1, 1)], [])
    for command, wanted in (("python3 a.py", ["f"]), ("python3 -c x", ["<module>", "f"]), (None, ["<module>", "f"])):
        data["target"]["command"] = command
        got = list(functions(store(folder, "text", data)[0], "--mine"))
        case(f"--mine: <string> of {command}", got == wanted, got)
    for args, said in ((["-n", "nosuch"], b"-n: no function"), (["--only", "nosuch"], b"--only, "), (["-n", "total"], b"")):
        p = subprocess.run([BPFPROF, "report", path, *args], capture_output=True)
        case(f"no rows are said: {args}", said in p.stderr and p.stderr.count(b"\n") == bool(said), p)
    hidden = functions(path, "--builtins=hide")
    case("--builtins=hide", [name for name in functions(path) if name not in hidden] == ["<built-in method len>"])
    folded = functions(path, "--builtins=fold")
    case("--builtins=fold", list(folded)[:-1] == list(hidden) and folded["request"]["tottime_ns"] == 247_456_433, folded)
    data = json.load(open(path))
    for row in data["functions"][2], data["edges"][1]:
        row["cumtime_ns"] = row["raw_cumtime_ns"] = 12_000_000  # room for what is folded into it
    path, _ = store(folder, "room", data)
    folded = functions(path, "--mine", "--fold")
    own = {name: f["tottime_ns"] for name, f in folded.items()}
    # dumps was called by checkout and total for the same time each, and so half of encode's is each one's
    case("--mine --fold: own times of hidden functions are their callers'", abs(own["total"] - 1_234_567 - 10_000_000) <= 1
         and abs(own["checkout"] - 300_000 - 7_000_000 - 10_000_000 - 240_456_433) <= 1 and own["<module>"] == 10_000
         and own["<hidden functions>"] <= 1, own)
    case("and what the row of them is", b"   Note: the row of hidden functions has all calls of those" in run(path, "--mine", "--fold"))
    case("--fold: nothing is lost", sum(own.values()) == sum(f[5] for f in FUNCTIONS)
         and sum(f["ncalls"] for f in folded.values()) == 15254, own)
    case("--fold: estimates are said", b"Note: 0.018 s of hidden" in run(path, "--mine", "--fold")
         and b"estimate" not in run(path, "--exclude", "frozen", "--fold"))
    for seed in range(5):
        data = random_profile(seed, 20)
        path, _ = store(folder, "random", data)
        for args in (["--only", "x.py"], ["--exclude", "f"], ["--mine"], ["--only", "nothing"]):
            rows = functions(path, *args, "--fold").values()
            total = sum(f["tottime_ns"] for f in json.loads(run(path, *args, "--fold", "-f", "json"))["functions"])
            case(f"--fold {' '.join(args)}, profile {seed}: the sum stays", total == sum(
                f["tottime_ns"] for f in data["functions"]), rows)
    for args in (["--only", "["], ["--exclude", "(" ]):
        p = subprocess.run([BPFPROF, "report", path, *args], capture_output=True)
        case(f"refused: {' '.join(args)}", p.returncode == 2 and p.stderr.count(b"\n") == 1, p)


def complete(*words):
    """What bash offers for the last of the words."""
    script = subprocess.run([BPFPROF, "completion"], capture_output=True, check=True, text=True).stdout
    script += f'COMP_WORDS=(bpfprof {" ".join(map(repr, words))}); COMP_CWORD={len(words)}; _bpfprof; echo "${{COMPREPLY[@]}}"'
    return subprocess.run(["bash", "-eu", "-c", script], capture_output=True, text=True, check=False).stdout.split()


def completion(folder):
    for words, wanted in ((["rep"], ["report"]), (["report", "--base"], ["--baseline"]), (["--base"], []),
                          (["report", "-f", "functions-"], ["functions-csv", "functions-ndjson"]),
                          (["dump", "-f", "j"], ["json"]), (["-p", "1", "-s", "cum"], ["cumulative", "cumtime"]),
                          (["--bias", ""], ["auto", "off"]), (["report", "--builtins", ""], ["hide", "fold"]),
                          (["--bias", "o"], ["off"]), (["--backend", "us"], ["usdt"]), (["-c", "w"], ["wall"]),
                          (["report", "--by", "pa"], ["package"])):
        case(f"completion: {' '.join(words)}", complete(*words) == wanted, complete(*words))
        if shutil.which("fish"):
            got = fish_complete(folder, *words)
            case(f"completion, fish: {' '.join(words)}", got == sorted(wanted), got)
    for words, wanted in ((["--format", "=", "functions-"], ["functions-csv", "functions-ndjson"]), (["--by", "="], ["file", "package",
                          "thread", "process"]), (["--builtins", "="], ["all", "require"]), (["--builtins", "=", "r"], ["require"]), (["man", "rep"], ["report"]), (["completion", "f"], ["fish"]),
                          (["ctl", "-p", "1", "st"], ["stop", "start"])):  # bash parts words at an =
        case(f"completion: {' '.join(words)}", complete(*words) == wanted, complete(*words))
    p = subprocess.run([BPFPROF, "completion", "tcsh"], capture_output=True)
    case("refused: completion tcsh", p.returncode == 2 and p.stderr.count(b"\n") == 1 and not p.stdout, p)
    if shutil.which("zsh"):
        zsh_completion(folder)
    else:
        print("ok golden completion, zsh # SKIP no zsh")


def fish_complete(folder, *words):
    """What fish offers for the last of the words, sorted."""
    path = os.path.join(folder, "bpfprof.fish")
    with open(path, "wb") as f:
        subprocess.run([BPFPROF, "completion", "fish"], stdout=f, check=True)
    script = f"source {path}; complete -C 'bpfprof {' '.join(words)}'"
    env = dict(os.environ, HOME=folder, XDG_CONFIG_HOME=folder, XDG_DATA_HOME=folder)
    p = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, env=env, check=False)
    return sorted(line.split("\t")[0] for line in p.stdout.splitlines())


def zsh_completion(folder):
    """What zsh's own functions are given: the words of an option, and the names of the commands."""
    path = os.path.join(folder, "_bpfprof")
    with open(path, "wb") as f:
        subprocess.run([BPFPROF, "completion", "zsh"], stdout=f, check=True)

    def given(current, *words):
        script = (f"_arguments() {{ print -rl -- \"$@\" }}; _describe() {{ print -rl -- $names }}\n"
                  f"f() {{ local CURRENT={current}; local -a words=(bpfprof {' '.join(words)}); source {path} }}; f")
        return subprocess.run(["zsh", "-f", "-c", script], capture_output=True, text=True, check=True).stdout

    names = given(2, "rep")
    case("completion, zsh: commands", "\nreport:print stored" in names and len(names.splitlines()) == 11, names)
    specs = given(3, "report", "-f")
    row = [line for line in specs.splitlines() if line.startswith("*-f+[")]
    case("completion, zsh: formats", len(row) == 1 and row[0].count(" pprof "), specs)
    case("completion, zsh: of the command", "*--baseline=[" in specs and "--duration" not in specs, specs)
    specs = given(3, "-p", "1")
    case("completion, zsh: of no command", "*--duration=[" in specs and "program's end" in specs, specs)


IO = """\
         9 reads of 4500 bytes, 7 writes of 300 bytes; 2 of these calls failed

   Ordered by: bytes read and written

                                         by itself             with all that it calls
  kind    reads         read   writes      written  failed         read       written  filename:lineno(function)
  file        4         4000        0            0       0         4000             0  app.py:3(main)
socket        0            0        0            0                  500           300  app.py:3(main)
socket        5          500        7          300       2          500           300  app.py:9(get)

"""


TREE = """\
    calls      own    total   share     read  written  path
        9    0.000    0.000    0.0% 3.91 KiB    300 B  app.py:3(main)
        9    0.000    0.000    0.0%      0 B    300 B    app.py:9(get)
"""


def io(folder):
    """What is read and written passes through JSON, adds up and folds; a profile without has none."""
    data = profile([("app.py", 3, "main", 9, 9, 5, 9), ("app.py", 9, "get", 9, 9, 5, 9)], [(0, 1, 9, 9, 5, 9)])
    plain, _ = store(folder, "plain", data)
    p = subprocess.run([BPFPROF, "report", plain, "--io"], capture_output=True)
    case("reads and writes were not counted", p.returncode == 1 and b"measure with --io" in p.stderr, p)
    files = {"file_reads": 4, "file_read_bytes": 4000}
    talk = {"socket_reads": 5, "socket_read_bytes": 500, "socket_writes": 7, "socket_written_bytes": 300, "failed": 2}
    data["target"]["io"] = True
    data["functions"][0].update(own_io=files, cum_io={**files, **talk})
    for row in data["functions"][1], data["edges"][0]:
        row.update(own_io=talk, cum_io=talk)
    path, _ = store(folder, "io", data)
    got = run(path, "--io").decode()
    case("reads and writes", got == IO, got)
    case("reads and writes: what is hidden is said", b"   Hidden: " in run(path, "-f", "io", "--exclude", "."), "it is not")
    taken = {**data, "functions": [dict(data["functions"][0], raw_tottime_ns=205), data["functions"][1]]}
    taken = store(folder, "taken", taken)[0]
    case("no times, no word on them", b"Times:" in run(taken) and b"Times:" not in run(taken, "--io"), run(taken, "--io"))
    quiet = {**data, "functions": [*data["functions"], *(dict(data["functions"][0], id=i, line=20 + i, own_io={}, cum_io={})
                                                         for i in range(2, 9))]}
    quiet["functions"][1] = dict(data["functions"][1], own_io={"file_reads": 1, "file_read_bytes": 1})
    quiet["functions"][0] = dict(data["functions"][0], own_io={})
    got = [run(store(folder, "quiet", quiet)[0], "--io", "-n", n).decode() for n in ("2", "1")]
    case("functions that read and write nothing are not among those that -n reduces",
         "reduced" not in got[0] and "List reduced from 2 to 1 due" in got[1], got)
    case("none that failed have no column", "failed" not in got[0] and "written         read       written  filename" in got[0], got[0])
    case("one read of one byte", "  1 read of 1 byte, 0 writes of 0 bytes\n" in got[0], got[0])
    both = json.loads(run(path, path, "-f", "json"))
    jsonschema.validate(both, json.load(open(SCHEMA, encoding="utf-8")))
    case("reads and writes add up", all(b[which] == {name: 2 * n for name, n in a[which].items()}
                                        for a, b in zip(data["functions"], both["functions"])
                                        for which in ("own_io", "cum_io")), both)
    folded = json.loads(run(path, "--exclude", "get", "--fold", "-f", "json"))["functions"]
    case("reads and writes fold", folded[0]["own_io"] == folded[0]["cum_io"] == {**files, **talk}, folded)
    header, first = run(path, "-f", "functions-csv").decode().splitlines()[:2]
    row = dict(zip(header.split(","), first.split(",")))
    case("reads and writes in CSV", (row["own_file_read_bytes"], row["cum_failed"], row["own_failed"]) == ("4000", "2", "0"), row)
    case("reads and writes in a table", re.search(r"3\.91 KiB +0 B +9 ns .* main ", run(path, "-f", "table").decode()),
         run(path, "-f", "table").decode())
    data["target"]["coroutines"] = True
    said = {form: subprocess.run([BPFPROF, "report", store(folder, "all", data)[0], "-f", form], capture_output=True).stderr
            for form in ("callgrind", "openmetrics", "prof", "edges-csv", "functions-ndjson", "json", "html")}
    case("reads and writes, coroutines: who has no room for them", [f for f in said if b"reads and writes, coroutines" in said[f]]
         == ["callgrind", "openmetrics", "prof"] and not any(b"reads" in said[f] for f in ("edges-csv", "functions-ndjson", "json", "html")), said)
    data["target"]["coroutines"] = False
    got = run(path, "--by", "file").decode()
    case("reads and writes by file", re.search(r" read +written +file\n +2 +18 .* 4\.39 KiB +300 B +app\.py\n", got), got)
    case("threads have none", "written" not in run(path, "--by", "thread").decode())
    names = ("ncalls", "primitive_calls", "tottime_ns", "cumtime_ns", "raw_tottime_ns", "raw_cumtime_ns", "own_off_ns",
             "own_runnable_ns", "cum_off_ns", "cum_runnable_ns", "child_calls", "first_calls", "calls_beneath")
    data["paths"] = {"parent": [-1, 0], "function": [0, 1], **{name: [0, 0] for name in names}, "ncalls": [9, 9],
                     "own_file_reads": [4, 0], "own_file_read_bytes": [4000, 0], "own_socket_written_bytes": [0, 300],
                     "cum_file_reads": [4, 0], "cum_file_read_bytes": [4000, 0], "cum_socket_written_bytes": [300, 300]}
    path, _ = store(folder, "tree", data)
    got = run(path, "--tree", "--min", "0").decode()
    case("reads and writes in a tree", TREE in got, got)
    data["target"]["io"] = False
    got = run(store(folder, "tree", data)[0], "--tree", "--min", "0").decode()
    case("a tree without", "written" not in got and "9    0.000    0.000    0.0%  app.py:3(main)" in got, got)
    data["target"]["io"] = True
    for broken in {"file_reads": "many"}, {"file_reads": -1}, {"failed": 2 ** 62}, [1], "many":
        data["functions"][0]["own_io"] = broken
        path, _ = store(folder, "broken", data)
        case(f"reads and writes: broken: {broken}", subprocess.run([BPFPROF, "report", path], capture_output=True).returncode == 1)


with tempfile.TemporaryDirectory() as tmp:
    for group in (tables, terminal, filters, completion, io):
        group(tmp)
sys.exit(1 if FAILED else 0)
