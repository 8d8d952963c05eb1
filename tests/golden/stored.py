# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Profiles that were stored: by versions before this one, and by nobody in his right mind.
stored.py BPFPROF
"""
import glob
import gzip
import json
import marshal
import os
import pstats
import subprocess
import sys
import tempfile

import jsonschema
from made import BPFPROF, FAILED, HERE, SCHEMA, VERSION, case, part, profile, random_profile, random_results, run, store, stored


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
    for text, one in (("frames too many", "1 frame too many"), ("libraries, late", "1 library, late"), ("ns of waits", "1 ns of waits")):
        path, _ = store(folder, "one", profile([("a.py", 1, "f", 0, 0, 0, 0)], [], {"stack_full": {"count": 1, "text": text}}))
        case(f"one loss: {one}", run(path).decode().startswith(f"   Lost: {one}\n"), run(path))
    case("zero calls leave percall blank", lines[-4].startswith(
        "        0    0.000             0.000          a.py:1(f)"), lines[-4])


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


def timed_part(folder):
    """What of a call the profiler timed itself is no part of what a thread may find cold."""
    def error(**timed):
        data = profile([("a.py", 1, "f", 10**6, 10**6, 10**9, 10**9)], [])
        data["target"]["bias"].update({"from": "measured", "inside_ns": 30.0, "outside_ns": 5.0, **timed})
        data["threads"][0]["switches"] = 2
        path, _ = store(folder, "timed", data)
        again, _ = store(folder, "again", json.loads(run(path, "-f", "json")))
        now = json.loads(run(again, "-f", "json"))
        case(f"stored twice: {timed}", now["target"]["bias"]["timed_ns"] == timed.get("timed_ns", 0), now["target"])
        return now["totals"]["error_ns"]

    known, unknown = error(timed_ns=20.0), error()
    case("the error has the untimed part alone", unknown - known == 2 * 16 * 20 and known == 2 * 16 * 15, (known, unknown))


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
    case(f"{name} has no version, what is written now has", "bpfprof_version" not in was
         and now["bpfprof_version"] == VERSION, now.get("bpfprof_version"))
    fib = next(row for row in now["functions"] if row["name"] == "fib")
    case(f"{name} keeps its correction", fib["ncalls"] == 1593 and
         0 < fib["tottime_ns"] < fib["raw_tottime_ns"], fib)


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
    return p.stderr


with tempfile.TemporaryDirectory() as tmp:
    for group in (hostile, losses, earlier, timed_part, broken):
        group(tmp)
sys.exit(1 if FAILED else 0)
