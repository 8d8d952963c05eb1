# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Profiles compared. changes.py BPFPROF"""
import subprocess
import sys
import tempfile

from made import BPFPROF, FAILED, case, profile, run, store

BEFORE = [("/s/a.py", 1, "main", 1, 1, 1_000_000, 100_000_000), ("/s/a.py", 10, "slow", 10, 10, 50_000_000, 50_000_000),
          ("/s/a.py", 20, "fast", 10, 10, 40_000_000, 40_000_000), ("/s/a.py", 30, "same", 5, 5, 3_000_000, 3_000_000),
          ("/s/a.py", 40, "<lambda>", 1, 1, 1_000, 1_000), ("/s/a.py", 41, "<lambda>", 2, 2, 2_000_000, 2_000_000),
          ("/s/a.py", 50, "tiny", 5, 5, 1_000, 1_000),
          ("/s/old.py", 1, "gone", 7, 7, 6_000_000, 6_000_000)]
AFTER = [("/s/a.py", 2, "main", 1, 1, 1_000_000, 113_000_000), ("/s/a.py", 12, "slow", 12, 12, 75_000_000, 75_000_000),
         ("/s/a.py", 22, "fast", 10, 10, 30_000_000, 30_000_000), ("/s/a.py", 32, "same", 5, 5, 3_000_000, 3_000_000),
         ("/s/a.py", 42, "<lambda>", 1, 1, 1_000, 1_000), ("/s/a.py", 43, "<lambda>", 2, 2, 2_500_000, 2_500_000),
         ("/s/a.py", 50, "tiny", 5, 5, 9_000, 9_000),
         ("/s/new.py", 1, "fresh", 4, 4, 4_000_000, 4_000_000)]


def rows(text):
    """{function: line} of the table."""
    table = [line for line in text.splitlines()[4:] if ".py:" in line]
    return {line.split()[-2]: line for line in table}


def figures(folder):
    old, new = store(folder, "old", profile(BEFORE, []))[0], store(folder, "new", profile(AFTER, []))[0]
    text = run(new, "--baseline", old).decode()
    got = rows(text)
    case("what got worse comes first", [line.split()[-2] for line in text.splitlines() if ".py:" in line]
         == ["slow", "fresh", "<lambda>", "main", "gone", "fast"], text)
    case("figures: calls, own and total time", got["slow"].split() == "12 +2 75.0 ms +25.0 ms +50 % 75.0 ms +25.0 ms slow a.py:12".split(),
         got["slow"])
    case("lines that moved do not matter", got["main"].split()[:3] == ["1", "1.00", "ms"] and "+13.0 ms" in got["main"], got["main"])
    case("of one name, in the order of their lines", "a.py:43" in got["<lambda>"] and "+25 %" in got["<lambda>"], got)
    case("new and gone", " new " in got["fresh"] and " gone " in got["gone"] and "-6.00 ms" in got["gone"], got)
    case("what is the same is counted", text.endswith("2 functions did not change beyond noise\n"), text)
    case("the total", text.startswith("116 ms in all, before 102 ms: +13 %\none run a side"), text)
    case("nothing changed", run(old, "--baseline", old).decode().endswith("8 functions did not change beyond noise\n"))
    case("what is too short to matter is counted", "\n1 function changed by less than a thousandth of all time\n" in text, text)
    limits = (("1", ["slow"], True), ("slow|fast", ["slow", "fast"], False), ("0.5", ["slow", "fresh", "<lambda>"], True))
    for limit, names, more in limits:
        text = run(new, "--baseline", old, "-n", limit).decode()
        case(f"-n {limit}", list(rows(text)) == names and (" more row" in text) == more, text)
    case("--only compares what is left", list(rows(run(new, "--baseline", old, "--only", "slow|fast").decode())) == ["slow", "fast"])
    return old, new


def elsewhere(folder):
    """The same program in another checkout, run by an interpreter elsewhere; one file gone, one new."""
    def of(home, lib, slow, last):
        names = [(f"{home}/app/__init__.py", 1, "<module>", 1), (f"{home}/app/sub/__init__.py", 1, "<module>", 1),
                 (f"{home}/app/a.py", 5, "slow", slow), (f"{home}/run.py", 1, "main", 1), (f"{home}/{last}", 7, "only", 9),
                 (f"{lib}/python3.11/json/__init__.py", 2, "loads", 3), (f"{lib}/python3.11/json/decoder.py", 3, "scan", 3),
                 ("/usr/lib/python3/dist-packages/lib.py", 1, "same", 2), ("<string>", 1, "<module>", 1)]
        return profile([(file, line, name, n, n, n * 1_000_000, n * 1_000_000) for file, line, name, n in names], [])

    old = store(folder, "here", of("/home/a/one", "/usr/lib", 10, "old.py"))[0]
    new = store(folder, "there", of("/srv/two", "/opt/py/lib", 20, "new.py"))[0]
    text = run(new, "--baseline", old).decode()
    got = [tuple(line.split()[-2:]) for line in text.splitlines() if ".py:" in line]
    case("another checkout: what is new, gone and worse, and no more", got == [("slow", "app/a.py:5"), ("only", "new.py:7"),
                                                 ("only", "old.py:7")] and text.endswith("7 functions did not change beyond noise\n"), text)
    case("and says where it looked", "below /home/a/one/ is looked for below /srv/two/" in text
         and "below /usr/ is looked for below /opt/py/" in text, text)


def relative(folder):
    """cProfile names the script as it was called, and bpfprof in full."""
    of = [("/usr/lib/python3.11/json/decoder.py", 3, "scan", 3, 3, 3, 3), ("<frozen importlib._bootstrap>", 9, "load", 1, 1, 1, 1)]
    for old, new, said in (("work.py", "/srv/app/work.py", "what has a relative path is looked for below /srv/app/"),
                           ("/srv/app/work.py", "work.py", "what was below /srv/app/ is looked for by a relative path"),
                           ("app/work.py", "/srv/app/work.py", "what has a relative path is looked for below /srv/")):
        paths = [store(folder, side, profile([(file, 1, "main", 1, 1, 9, 9), (file, 5, "slow", n, n, 1_000_000 * n, 1_000_000 * n), *of], []))[0]
                 for side, file, n in (("left", old, 1), ("right", new, 2))]
        text = run(paths[1], "--baseline", paths[0]).decode()
        got = rows(text)
        case(f"{old} is {new}", list(got) == ["slow"] and "+100 %" in got["slow"] and said in text, text)


def thresholds(old, new):
    for text, status in (("tottime>+10%", 3), ("tottime>+50%", 0), ("tottime>+7us", 3), ("tottime>+24ms", 3), ("tottime>+25ms", 0), ("calls>+1", 3),
                         ("calls>+4", 0), ("total>+10%", 3), ("total>+14%", 0), ("cumtime>+0.02s", 3), ("cumtime>+26000us", 0), ("ncalls>+1", 3)):
        p = subprocess.run([BPFPROF, "report", new, "--baseline", old, "--fail-if", text], capture_output=True, text=True)
        case(f"--fail-if {text}: status {status}", p.returncode == status and p.stdout
             and p.stderr.count("\n") == (1 if status else 0), p)
    for args in (["--fail-if", "tottime>+10%"], ["--baseline", old, "--fail-if", "speed>+1%"],
                 ["--baseline", old, "--fail-if", "tottime>+1"], ["--baseline", old, "--fail-if", "tottime"],
                 ["--baseline", old, "--fail-if", "calls>+1ms"], ["--baseline", old, "--fail-if", "total>-5%"],
                 ["--baseline", old, "--fail-if", "tottime>10%"], ["--baseline", old, "--fail-if", "total>++5%"], ["--baseline", old, "--fail-if", "total>+0x10%"],
                 ["--baseline", old, "--fail-if", "total>+-5%"]):
        p = subprocess.run([BPFPROF, "report", new, *args], capture_output=True, text=True)
        case(f"refused: {' '.join(args).replace(old, 'OLD')}", p.returncode == 2 and not p.stdout and p.stderr.count("\n") == 1, p)
    for args, why in ((["--only", "nosuch"], "--only"), (["--exclude", "."], "--exclude")):
        p = subprocess.run([BPFPROF, "report", new, "--baseline", old, "--fail-if", "total>+1%", *args], capture_output=True, text=True)
        case(f"nothing is left to look at: {args[0]}", p.returncode == 1 and not p.stdout and p.stderr.count("\n") == 1
             and "no function is left" in p.stderr and why in p.stderr, p)
    p = subprocess.run([BPFPROF, "report", new, "-f", "changes"], capture_output=True, text=True)
    case("-f changes without a baseline", p.returncode == 1 and "--baseline" in p.stderr, p)
    p = subprocess.run([BPFPROF, "report", new, "--baseline", new + "gone"], capture_output=True, text=True)
    case("a baseline that is not there", p.returncode == 1 and p.stderr.count("\n") == 1, p)


def from_nothing(folder):
    """f took no time before, g none off the CPU; h is new."""
    old = store(folder, "none", profile([("a.py", 1, "f", 2, 2, 0, 0), ("a.py", 9, "g", 2, 2, 1, 1)], []))[0]
    for name, rows, limits in (("f", [("a.py", 1, "f", 2, 2, 100_000_000, 100_000_000)], (("tottime>+10%", 3), ("cumtime>+1000000%", 3), ("ncalls>+10%", 0), ("total>+10%", 3))),
                               ("h", [("a.py", 1, "f", 2, 2, 0, 0), ("a.py", 20, "h", 2, 2, 100_000_000, 100_000_000)], (("tottime>+10%", 0), ("tottime>+10ms", 3)))):
        new = store(folder, "some" + name, profile([*rows, ("a.py", 9, "g", 2, 2, 1, 1)], []))[0]
        for text, status in limits:
            p = subprocess.run([BPFPROF, "report", new, "--baseline", old, "--fail-if", text], capture_output=True, text=True)
            case(f"from nothing, {name}, --fail-if {text}: status {status}", p.returncode == status, p)
    waits = store(folder, "waits", profile([("a.py", 1, "f", 2, 2, 0, 0), ("a.py", 9, "g", 2, 2, 90_000_000, 90_000_000)], []))[0]
    for text in ("tottime>+10%", "total>+10%"):
        p = subprocess.run([BPFPROF, "report", waits, "--baseline", old, "-c", "blocked", "--fail-if", text], capture_output=True, text=True)
        case(f"a clock that was 0: {text}", p.returncode == 3, p)


def clocks(folder):
    """A .prof has the wall's times alone, on either side."""
    new, old = store(folder, "clocks", profile(AFTER, []))
    run(new, "-o", old)
    for args in ([new, "--baseline", old], [new, "--baseline", new, "--baseline", old], [old, "--baseline", new], [new, old, "--baseline", new], [new, old]):
        p = subprocess.run([BPFPROF, "report", *args, "-c", "cpu"], capture_output=True, text=True)
        case(f"-c cpu of a .prof: {' '.join(args).replace(folder, '')}", p.returncode == 1 and not p.stdout and p.stderr.count("\n") == 1
             and "a .prof has no such times" in p.stderr, p)
    case("-c wall of a .prof", b"no change" in run(new, "--baseline", old, "-c", "wall"))


def noise(folder):
    """f takes 100 ms give or take 4, then 101: noise; g takes 100 give or take 0.4, then 110."""
    def runs(name, base, extra):
        return [store(folder, f"{name}{i}", profile([("a.py", 1, "f", 3, 3, base + by * 4_000_000, base + by * 4_000_000),
                                                     ("a.py", 9, "g", 3, 3, base + extra + by * 400_000, base + extra)], []))[0]
                for i, by in enumerate((-1, 0, 1))]

    old, new = runs("b", 100_000_000, 0), runs("a", 101_000_000, 9_000_000)
    text = run(*new, *[w for f in old for w in ("--baseline", f)]).decode()
    case("several runs: their spread tells noise", list(rows(text)) == ["g"] and "+10 %" in text
         and text.endswith("1 function did not change beyond noise\n") and "one run" not in text
         and "\nfigures are means a run; " in text, text)
    def stated(name, ns, ncalls=1000, **bias):
        data = profile([("a.py", 1, "f", ncalls, ncalls, ns, ns)], [])
        data["target"]["bias"].update({"from": "measured", "inside_error_ns": 0, "outside_error_ns": 0,
                                       "both_error_ns": 0, **bias})
        return store(folder, name, data)[0]

    for error in (400.0, 2.0):  # of 2 us a call: but it is that of both
        a, b = (stated(f"e{ns}", ns, inside_error_ns=error) for ns in (2_000_000, 2_060_000))
        text = run(b, "--baseline", a).decode()
        case(f"what is wrong in both runs alike is no noise: {error} ns a call", list(rows(text)) == ["f"], text)
    for apart, shown in ((40.0, []), (2.0, ["f"])):  # of 1000 calls 40 us, 2 us: more than the 60 with their errors or not
        a, b = (stated(f"c{ns}", ns, inside_ns=inside, inside_error_ns=40.0)
                for ns, inside in ((2_000_000, 10.0), (2_030_000, 10.0 + apart)))
        text = run(b, "--baseline", a).decode()
        case(f"what two measured is apart: {apart} ns a call", list(rows(text)) == shown, text)
    a, b = (stated(f"s{ns}", ns, ncalls, both_error_ns=10.0) for ns, ncalls in ((2_000_000, 1000), (3_000_000, 1010)))
    text = run(b, "--baseline", a).decode()
    case("one run a side is said, and what to do", "of the total 100 ns;\nhow much runs differ by themselves is not known: give several a side\n" in text
         and "noise" not in text, text)


with tempfile.TemporaryDirectory() as tmp:
    thresholds(*figures(tmp))
    elsewhere(tmp)
    relative(tmp)
    from_nothing(tmp)
    clocks(tmp)
    noise(tmp)
sys.exit(1 if FAILED else 0)
