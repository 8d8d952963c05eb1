# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Streams read back, and what of bpfprof's files is not. streams.py BPFPROF"""
import json
import os
import re
import subprocess
import sys
import tempfile

from made import BPFPROF, FAILED, case, part, profile, random_profile, random_results, run, store, stored
from made_paths import measured, with_paths

VIEWS = (["-f", "pstats"], ["-f", "table"], ["-f", "callers"], ["--threads"], ["--by", "file"], ["--by", "process"],
         ["-f", "tracks"], ["-f", "json"], ["-f", "functions-csv"], ["-c", "cpu"], ["-b", "off"], ["-v"], ["--mine", "--fold"])


def plain(seed):
    """Of every part that a stream has."""
    data = measured(random_profile(seed, 25))
    data["losses"] = {"stack_full": {"count": 3, "text": "frames beyond the stack limit"}}
    data["notes"] = ["the first", "na\u00efve \u202e second"]
    data["tracks"] = stored(random_results(part("_results"), seed), "g")
    data["threads"][0]["reasons"] = {"gil_ns": 4}
    data["gil"] = {"wait_ns": 4, "free_ns": 1, "unknown_ns": 1, "held": [
        {"thread": 0, "tid": 7, "thread_name": "python", "file": "y.py", "line": 3, "name": "f", "ns": 2}]}
    data["processes"] = [{"pid": 1, "start_ns": 0, "command": "x", "python": "3.15.0", "ncalls": 3, "tottime_ns": 9, "raw_tottime_ns": 9}]
    return data


def records(path, *args):
    return [json.loads(line) for line in run(path, "-f", "ndjson", *args).splitlines()]


def write(folder, name, all_, end="\n"):
    path = os.path.join(folder, name + ".ndjson")
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(json.dumps(r, separators=(",", ":")) for r in all_) + end)
    return path


def whole(folder):
    for seed in range(3):
        path, _ = store(folder, "whole", plain(seed))
        stream = os.path.join(folder, "whole.ndjson")
        for args in [], ["--only", "x.py"], ["--exclude", "y.py", "--fold"], ["--strip-dirs"]:
            run(path, "-o", stream, *args)
            wrong = [v for v in (VIEWS[:-3] if args else VIEWS) if run(stream, *v) != run(path, *v, *args)]
            case(f"a stream is read as the profile it is of {seed} {' '.join(args)}", not wrong, wrong)
    many = measured(with_paths(1))
    path, _ = store(folder, "whole", many)
    run(path, "-o", stream)
    case("of one with paths it is all but these", run(stream) == run(path) and not json.loads(run(stream, "-f", "json")).get("paths"))


def in_ticks(folder, *data):
    """The stream of a run that had these spans."""
    ticks = [records(store(folder, f"span{i}", d)[0]) for i, d in enumerate(data)]
    all_ = [ticks[0][0]] + [t[1] for t in ticks] + [ticks[-1][2]]
    for i, r in enumerate(all_):
        r.update(run=all_[0]["run"], sequence=i)
    return all_


def rows(report, part_="functions"):
    names = {f["id"]: (f["file"], f["line"], f["name"]) for f in report["functions"]}
    return sorted([names[r["id"]] if "id" in r else (names[r["caller"]], names[r["callee"]]),
                   {k: v for k, v in r.items() if k not in ("id", "caller", "callee")}] for r in report[part_])


def spans(folder):
    first, second, third = (measured(profile([("a.py", i, f"f{i}", n + i, n, 10 ** 6 * (i + 1), 10 ** 7) for i in range(4)],
                                              [(0, 1, n, n, 10, 20), (1, 3, n, n, 5, 6)])) for n in (5, 7, 11))
    second["functions"][1]["open"] = 2
    third["functions"][1]["open"] = 1
    first["functions"][1]["still_open"] = third["functions"][2]["still_open"] = 1
    for data, start in (first, 0), (second, 5), (third, 10):
        data["target"]["start_ns"] = start
        data["tracks"] = stored(random_results(part("_results"), 1))
    path = write(folder, "ticks", in_ticks(folder, first, second, third))
    got, want = (json.loads(run(*p, "-f", "json")) for p in
                 ([path], [store(folder, f"sum{i}", d)[0] for i, d in enumerate((first, second, third))]))
    for f in want["functions"]:
        f["open"] = 2 if f["name"] == "f1" else 0  # that which the first had begun is no other
        f.pop("still_open", 0)
        f.update({"still_open": 1} if f["name"] == "f2" else {})
    case("ticks add up as profiles do", rows(got) == rows(want) and rows(got, "edges") == rows(want, "edges"), (rows(got), rows(want)))
    case("their threads are one, and have what each had", len(got["threads"]) == 1 and got["threads"][0]["ncalls"] == 9, got["threads"])
    blocks = [[b["hit_count"] for t in r["tracks"] for b in t["blocks"]] for r in (got, want)]
    case("so have blocks", blocks[0] == blocks[1] and all(b["threads"][0]["hit_count"] == b["hit_count"] and len(b["threads"]) == 1
         for t in got["tracks"] for b in t["blocks"]), blocks)
    case("the run is as long as all of them", got["target"]["duration_ns"] == 15 and got["target"]["start_ns"] == 0, got["target"])
    case("a stream that is whole needs no note", got["notes"] == [], got["notes"])
    one = in_ticks(folder, first, second)
    del one[2]["functions"][0], one[2]["target"]["exe"]
    names = [f["name"] for f in json.loads(run(write(folder, "less", one), "-f", "json"))["functions"]]
    case("a pair names a function that its tick has not", sorted(names) == ["f0", "f1", "f2", "f3"], names)
    other = in_ticks(folder, second)
    for r in other:
        r["run"] = "f" * 32
    both, apart = write(folder, "both", one + other), [write(folder, "one", one), write(folder, "other", other)]
    case("two streams in one are added up", run(both, "-f", "json") == run(*apart, "-f", "json"), "other figures")
    with open(both, "rb") as f:
        piped = subprocess.run([BPFPROF, "report", "-", "-f", "json"], stdin=f, capture_output=True, check=True).stdout
    case("from stdin likewise", piped == run(both, "-f", "json"))


def only_io(folder):
    """A tick in which a function did nothing but read and write: that is added up too."""
    first, second = (profile([("a.py", 1, "f", 5, 5, 10, 10), ("a.py", 2, "g", 5, 5, 10, 10)], [(0, 1, 5, 5, 10, 10)]) for _ in range(2))
    for data, n in (first, 3), (second, 4):
        data["target"]["io"] = True
        for row in data["functions"][1], data["edges"][0]:
            row.update(own_io={"socket_reads": n}, cum_io={"socket_reads": n})
    for row in second["functions"][1], second["edges"][0]:
        row.update({name: 0 for name, value in row.items() if name.endswith(("_ns", "calls", "beneath")) and isinstance(value, int)},
                   own_reasons={}, cum_reasons={})
    got = json.loads(run(write(folder, "io", in_ticks(folder, first, second)), "-f", "json"))
    case("what was read in a tick without calls or time adds up", got["functions"][1]["own_io"] == got["edges"][0]["cum_io"] == {"socket_reads": 7}
         and got["functions"][1]["ncalls"] == 5, got["functions"][1])


def notes(path):
    return json.loads(run(path, "-f", "json"))["notes"]


def missing(folder):
    """What a stream lacks is said."""
    good = in_ticks(folder, *[random_profile(s, 4) for s in (1, 2, 3)])
    no_end = "the stream has no end: what came after its last record is missing"
    cut = "the stream ends within a record: that is missing, and what came after it"
    case("no end is said", notes(write(folder, "m", good[:-1])) == [no_end])
    case("an end without its line's is one", notes(write(folder, "m", good, "")) == [])
    lacks = good[:2] + good[3:]
    case("records that are missing are counted", notes(write(folder, "m", lacks)) ==
         ["the stream lacks 1 of its records, and what happened in them"], notes(write(folder, "m", lacks)))
    more = good[:2] + [{**good[1], "record": "weather", "sequence": 2}] + [{**r, "sequence": r["sequence"] + 1} for r in good[2:]]
    case("records of another kind are passed over", notes(write(folder, "m", more)) == [])
    path = write(folder, "m", good)
    with open(path, "rb") as f:
        text = f.read()
    begins = [i + 1 for i, c in enumerate(text) if c == 10]
    wrong = []
    for at in list(range(begins[1] + 1, len(text) - 1, 997)) + [begins[1], begins[2], begins[2] + 1, len(text) - 2]:
        with open(path, "wb") as f:
            f.write(text[:at])
        if notes(path) != [no_end if at in begins else cut] or \
                len(json.loads(run(path, "-f", "json"))["threads"]) != 1:
            wrong.append(at)
    case("wherever it is cut off, what is whole is read and the rest is said", not wrong, wrong)


def refused(name, path, why):
    p = subprocess.run([BPFPROF, "report", path], capture_output=True)
    case(f"refused: {name}", p.returncode == 1 and not p.stdout and p.stderr.count(b"\n") == 1
         and p.stderr.startswith(b"bpfprof: cannot read ") and why in p.stderr.decode(), p)


def broken(folder):
    good = in_ticks(folder, *[random_profile(s, 4) for s in (1, 2)])

    def wrong(name, change, why="line 3 is a broken tick"):
        bad = json.loads(json.dumps(good))
        change(bad)
        refused(name, write(folder, "bad", bad), why)

    wrong("a function twice", lambda s: s[2]["functions"].append(s[2]["functions"][0]))
    wrong("negative calls", lambda s: s[2]["functions"][0].update(ncalls=-1))
    wrong("a pair's name is none", lambda s: s[2]["edges"][0].update(caller_name=None))
    wrong("a pair's line is beyond", lambda s: s[2]["edges"][0].update(callee_line=2 ** 40))
    wrong("no threads", lambda s: s[2].pop("threads"))
    wrong("a thread without a number", lambda s: s[2]["threads"][0].pop("tid"))
    wrong("another schema", lambda s: s[2].update(schema="other/1"), "line 3 is no record of schema bpfprof-stream/1")
    wrong("no record", lambda s: s.__setitem__(2, [1]), "line 3 is no record")
    wrong("out of order", lambda s: s[2].update(sequence=1), "line 3 is out of order")
    wrong("an end of numbers", lambda s: s[3].update(notes=[3]), "line 4 is a broken end")
    wrong("ticks of an earlier bpfprof", lambda s: s[1].pop("target"), "line 2 is of an earlier bpfprof")
    refused("not JSON", write(folder, "bad", good, "\n{x\n"), "line 5 is not JSON")
    refused("a beginning alone", write(folder, "bad", good[:1]), "no tick of the stream was written yet")


FOREIGN = {"table": "a printed table", "callers": "a printed table", "by-thread": "a printed table", "pstats": "a printed table", "tree": "a printed tree",
           "tracks": "a printed table of blocks", "csv": "a table of blocks", "tracks-json": "a file of blocks alone",
           "functions-csv": "a table of functions", "edges-csv": "a table of callers", "paths-csv": "a table of paths",
           "functions-ndjson": "a table of functions", "edges-ndjson": "a table of callers", "paths-ndjson": "a table of functions or paths",
           "speedscope": "a file for speedscope", "firefox": "a file for Firefox", "chrome": "a file for Perfetto", "html": "a page",
           "pprof": "compressed", "callgrind": "a file for callgrind_annotate", "openmetrics": "a file for Prometheus", "folded": "folded stacks"}


def foreign(folder):
    """Each format is read back, or told by name."""
    data = with_paths(4)
    data["tracks"] = stored(random_results(part("_results"), 1))
    path, prof = store(folder, "all", data)
    out = os.path.join(folder, "out")
    for form, what in FOREIGN.items():
        run(path, "-f", form, "-o", out)
        refused(f"{form}, and what to give", out, f"it is {what}")
        refused(f"{form}, and what to give instead", out, "x.json")
    for form in "json", "ndjson":
        run(path, "-f", form, "-o", out)
        case(f"{form} gives the same table", run(out) == run(path))
    run(path, "-o", prof)
    case("prof gives the same functions", re.findall(rb"(?m)^ +\d.*\n", run(prof)) == re.findall(rb"(?m)^ +\d.*\n", run(path)))


def memory(folder):
    """A long stream takes the memory of its profile."""
    all_ = in_ticks(folder, *[random_profile(1, 60)])
    tick = all_[1]
    path = write(folder, "long", all_[:1])
    with open(path, "a", encoding="utf-8") as f:
        for i in range(600):
            f.write(json.dumps({**tick, "sequence": i + 1}) + "\n")

    def used(stream):
        p = subprocess.Popen([BPFPROF, "report", stream], stdout=subprocess.DEVNULL)
        return os.wait4(p.pid, 0)[2].ru_maxrss

    one = used(write(folder, "short", all_))
    size, most = os.path.getsize(path) // 1024, used(path)
    case("of a long stream one line is in memory at a time", size > 30000 and most < one + 8000, (size, one, most))


with tempfile.TemporaryDirectory() as tmp:
    for group in (whole, spans, only_io, missing, broken, foreign, memory):
        group(tmp)
sys.exit(1 if FAILED else 0)
