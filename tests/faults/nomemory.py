# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Allocations that fail, one in each run. nomemory.py BPFPROF [all]

Without "all" some of each report's are tried, spread over them; with it all of them. A run either ends
as if nothing had been, with the same bytes, or in one line, with status 1, and with no file or a
whole one.
"""
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
from made import BPFPROF, FAILED, case, store  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ALL = sys.argv[2:] == ["all"]
WHOLE = os.path.join(HERE, "..", "fuzz", "corpus", "json", "whole.json")


def formats():
    """Those that the help lists and that a profile of this kind can be printed in."""
    said = subprocess.run([BPFPROF, "report", "-f", "?", WHOLE], capture_output=True, text=True).stderr
    return said.split("one of ")[-1].strip().split(", ")


def allocations(path):
    try:
        with open(path, encoding="ascii") as f:
            return int(f.read().split()[0])
    except (FileNotFoundError, ValueError):
        return 0


def run(work, lib, args, at):
    """Status, stderr, files and their bytes, allocations."""
    out = os.path.join(work, "out")
    os.makedirs(out)
    count = os.path.join(work, "count")
    env = dict(os.environ, LD_PRELOAD=lib, NOMEMORY_AT=str(at), NOMEMORY_COUNT=count)
    if os.path.exists(count):
        os.unlink(count)
    p = subprocess.run([os.path.realpath(BPFPROF)] + args, cwd=out, env=env, capture_output=True)
    files = {name: open(os.path.join(out, name), "rb").read() for name in os.listdir(out)}
    for name in files:
        os.unlink(os.path.join(out, name))
    os.rmdir(out)
    return p.returncode, p.stderr.decode(), dict(files, stdout=p.stdout), allocations(count)


def wrong(got, clean):
    """What is wrong with a run in which one allocation failed; None: nothing."""
    status, said, files, _ = got
    if status == 0:
        if files != clean[2]:
            return "status 0, but not the same report"
        return None if said == clean[1] else "status 0, but says: " + said
    if status != 1:
        return "status %d: %s" % (status, said[:300])
    said = "".join(line for line in said.splitlines(True) if not line.startswith("bpfprof: warning: "))
    if said.count("\n") != 1 or not said.startswith("bpfprof: "):
        return "not one line: %r" % said[:300]
    return None if files in ({"stdout": b""}, clean[2]) else "left behind: %s" % sorted(files)


def chosen(n, name):
    """Which of n allocations. The first three quarters read the profile, for each format the same."""
    if ALL:
        return range(1, n + 1)
    first, wanted = (1, 30) if name == "pstats" else (n * 3 // 4, 7)
    return sorted({first + i * (n - first) // (wanted - 1) for i in range(wanted)})


def profile_with_all(work):
    """The profile of every kind of row, with call paths, coroutines, reads and writes."""
    with open(WHOLE, encoding="utf-8") as f:
        data = json.load(f)
    own = [1000, 200, 30]
    none = [0] * 3
    data["paths"] = {"parent": [-1, 0, 1], "function": [0, 1, 2], "ncalls": [1] * 3,
                     "primitive_calls": [1] * 3, "tottime_ns": own, "cumtime_ns": own,
                     "raw_tottime_ns": own, "raw_cumtime_ns": own, "own_off_ns": none,
                     "own_runnable_ns": none, "cum_off_ns": none, "cum_runnable_ns": none,
                     "child_calls": none, "first_calls": none, "calls_beneath": none}
    data["target"]["coroutines"] = True
    data["target"]["io"] = True
    for row in data["functions"][:2] + data["edges"][:1]:
        row.update(own_io={"file_reads": 1, "file_read_bytes": 5}, cum_io={"file_reads": 2, "file_read_bytes": 9})
        row.update(coroutines_begun=2, coroutines_ended=1, elapsed_ns=900, running_ns=100)
    data["paths"].update(own_file_reads=[1, 0, 0], cum_file_reads=[2, 1, 0])
    data["paths"].update(coroutines_begun=[1, 1, 0], coroutines_ended=[1, 1, 0], elapsed_ns=[900, 800, 0])
    return store(work, "p", data)[0]


def why_not(work, lib, args, name):
    """The first run that ends badly, and how; None: there is none."""
    clean = run(work, lib, args, 0)
    if clean[0] or len(clean[2]) < 2:
        return "no report: " + clean[1]
    for at in chosen(clean[3], name):
        bad = wrong(run(work, lib, args, at), clean)
        if bad:
            return "allocation %d of %d: %s" % (at, clean[3], bad)
    return None


def main():
    with tempfile.TemporaryDirectory() as work:
        lib = os.path.join(work, "nomemory.so")
        subprocess.run(["gcc", "-O1", "-shared", "-fPIC", os.path.join(HERE, "nomemory.c"), "-o", lib],
                       check=True)
        path = profile_with_all(work)
        for name in formats():
            args = ["report", path, "-f", name, "-o", "r"]
            if name == "changes":
                args += ["--baseline", path]
            why = why_not(work, lib, args, name)
            case("an allocation fails: " + name, not why, why)


main()
sys.exit(bool(FAILED))
