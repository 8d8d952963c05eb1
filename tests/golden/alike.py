# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Comparison of profiles that do not hold the same of their runs. alike.py BPFPROF"""
import os
import subprocess
import sys
import tempfile

from made import BPFPROF, FAILED, case, profile, run, store

PYTHON = [("/a/x.py", 1, "main", 1, 1, 2_000_000, 30_000_000), ("/a/x.py", 5, "nap", 20, 20, 1_000_000, 28_000_000),
          ("/usr/lib/python3.11/json/decoder.py", 3, "scan", 4, 4, 3_000_000, 3_000_000)]
C = [("~", 0, "<built-in method time.sleep>", 20, 20, 27_000_000, 27_000_000), ("~", 0, "<built-in method builtins.len>", 50, 50, 400_000, 400_000)]
ALL = [("~", 0, "<class 'int'>", 6, 6, 100_000, 100_000)]


def kinds(data):
    for f in data["functions"]:
        f["kind"] = "c" if f["file"] == "~" else "python"
    return data


def with_c(*more, slow=0):
    """nap spends most of its time in sleep(), main some in len()."""
    funcs = [list(f) for f in PYTHON + C + list(more)]
    funcs[1][5] += slow
    edges = [(0, 1, 20, 20, 1_000_000 + slow, 28_000_000 + slow), (1, 3, 20, 20, 27_000_000, 27_000_000), (0, 4, 50, 50, 400_000, 400_000)]
    return kinds(profile([tuple(f) for f in funcs], edges + [(0, 5, 6, 6, 100_000, 100_000)] * bool(more)))


def without_c(of):
    """As the same run would be without --builtins: C functions' own time is their callers'."""
    funcs = [list(f) for f in PYTHON]
    for caller, callee, *_, own, _cum in ((e["caller"], e["callee"], e["tottime_ns"], 0) for e in of["edges"]):
        if callee >= len(PYTHON):
            funcs[caller][5] += own
    return kinds(profile([tuple(f) for f in funcs], [(0, 1, 20, 20, funcs[1][5], 28_000_000)]))


def compare(new, old, *args):
    return subprocess.run([BPFPROF, "report", new, "--baseline", old, *args], capture_output=True, text=True)


def c_functions(folder):
    one, both, every = with_c(), without_c(with_c()), with_c(*ALL)
    paths = {name: store(folder, name, data)[0] for name, data in (("c", one), ("python", both), ("all", every),
                                                                   ("slow", with_c(slow=4_000_000)), ("none", without_c(every)))}
    strict = ["--fail-if", "tottime>+0.1%", "--fail-if", "total>+0.1%", "--fail-if", "ncalls>+0"]
    for new, old in (("c", "python"), ("python", "c"), ("all", "none"), ("none", "all")):
        for more in [], ["--mine"], ["--mine", "--fold"], ["--builtins", "hide"], ["--only", "x.py"]:
            p = compare(paths[new], paths[old], *strict, *more)
            case(f"{new} against {old} is no change {' '.join(more)}", p.returncode == 0 and "did not change" in p.stdout
                 and ".py:" not in p.stdout and "hidden" not in p.stdout, p)
            case(f"and what was done is said once, {new} against {old} {' '.join(more)}",
                 p.stderr.count("\n") == 1 and "C functions" in p.stderr, p)
    p = compare(paths["slow"], paths["python"], "--fail-if", "tottime>+10%")
    case("what is slower is found all the same", p.returncode == 3 and "+4.00 ms" in p.stdout and "1 function, /a/x.py:5(nap) most" in p.stderr, p)
    p = compare(paths["c"], paths["c"], *strict)
    case("runs that both have them are compared with them", p.returncode == 0 and not p.stderr
         and p.stdout.endswith("5 functions did not change beyond noise\n"), p)
    page = run(paths["c"], "--baseline", paths["python"], "-f", "html").decode()
    case("the page says it too", "not all of the runs compared counted them" in page and "time.sleep" not in page)


def parts(folder):
    whole, other = store(folder, "whole", with_c())[0], store(folder, "other", without_c(with_c()))[0]
    mine, folded, python = (os.path.join(folder, name) for name in ("mine.json", "folded.json", "python.json"))
    run(whole, "-o", mine, "--only", "x.py")
    run(whole, "-o", folded, "--only", "x.py", "--fold")
    run(other, "-o", python, "--only", "x.py")
    strict = ["--fail-if", "tottime>+0.1%", "--fail-if", "total>+0.1%", "--fail-if", "tottime>+1us"]
    for new, old, n in ((whole, mine, 2), (mine, whole, 2), (other, python, 2), (python, other, 2), (mine, mine, 2)):
        p = compare(new, old, *strict)
        case(f"{os.path.basename(new)} against {os.path.basename(old)}: what both have", p.returncode == 0
             and p.stdout.endswith(f"\n{n} functions did not change beyond noise\n") and " is a part of a run: " in p.stderr, p)
    for new, old, why in ((whole, folded, "--fold"), (folded, whole, "--fold"), (mine, other, "C functions"), (other, mine, "C functions")):
        p = compare(new, old, *strict)
        case(f"{os.path.basename(new)} against {os.path.basename(old)} is refused", p.returncode == 1 and not p.stdout
             and p.stderr.count("\n") == 1 and why in p.stderr, p)
    page = run(whole, "--baseline", mine, "-f", "html").decode()
    case("the page says that one is a part", "compared are parts of runs" in page)
    p = compare(whole, folded, "--only", "x.py", "--fold", *strict)
    case("folded as the other is it can be compared", p.returncode == 0 and "3 functions did not change" in p.stdout, p)


with tempfile.TemporaryDirectory() as tmp:
    c_functions(tmp)
    parts(tmp)
sys.exit(1 if FAILED else 0)
