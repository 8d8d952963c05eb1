# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Each format by the program that reads it. formats.py BPFPROF"""
import json
import os
import re
import subprocess
import sys
import tempfile

import jsonschema
import pandas
from made import BPFPROF, FAILED, case, profile, random_profile, run, store
from prometheus_client.openmetrics.parser import text_string_to_metric_families

TOOLS = os.path.join(os.environ.get("BPFPROF_CACHE", "/var/cache/bpfprof"), "tools")
HOSTILE = ['a"b', "c,d", "new\nline", "back\\slash", "= 1+1", "na\u00efve {x=\"1\"} 7", "(3) x", " lead"]


def stream_schema():
    """That of the stream's lines, with what it refers to."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "user", "report")
    with open(os.path.join(folder, "bpfprof-2.schema.json"), encoding="utf-8") as f:
        profiles = json.load(f)
    with open(os.path.join(folder, "bpfprof-stream-1.schema.json"), encoding="utf-8") as f:
        lines = json.loads(f.read().replace("bpfprof-2.schema.json#/", "#/definitions/profile/"))
    return {**lines, "definitions": {**profiles["definitions"], "profile": {"properties": profiles["properties"]}}}


STREAM = stream_schema()


def tool(name, *args, text=None):
    return subprocess.run([os.path.join(TOOLS, name), *args], input=text, capture_output=True, check=True).stdout


def write(path, name, *args):
    out = os.path.join(os.path.dirname(path), name)
    run(path, "-o", out, *args)
    return out


def whole(folder, name):
    """A profile with odd names, as bpfprof writes it itself."""
    data = random_profile(len(name), 40)
    odd = profile([(f"/o/{n}.py", i, n, 5 + i, 5, 70 + i, 900) for i, n in enumerate(HOSTILE)],
                  [(0, i, 3, 3, 20 + i, 30) for i in range(1, len(HOSTILE))], notes=["a note"],
                  losses={"stack_full": {"count": 3, "text": "frames"}})
    for f, row in enumerate(odd["functions"]):
        row["qualname"] = f"Class{f}.{row['name']}"
    data["tracks"] = [{"group": None, "track_idx": 1, "track_name": "DB", "enabled": True, "blocks": [
        {"name": "qu\"ery", "file": "db.py", "line": 3, "hit_count": 2, "total_time_ns": 30, "own_time_ns": 30,
         "avg_time_ns": 15.0, "min_time_ns": 10, "max_time_ns": 20, "p50_ns": 15, "p99_ns": 20,
         "histogram": [0, 0, 0, 1, 1], "pct_track": 100.0, "pct_total": 100.0, "threads": []}]}]
    path, _ = store(folder, name, data)
    other, _ = store(folder, name + "2", odd)
    both = os.path.join(folder, name + "-both.json")
    run(path, other, "-o", both)
    with open(both, encoding="utf-8") as f:
        return both, json.load(f)


REASONS = ("gil", "lock", "stw", "sleep", "socket", "pipe", "file", "poll", "child", "fault", "stopped", "other")


def flat(row):
    """A row of CSV: reasons are a column each, and so is what rows of JSON leave out where it is 0."""
    out = {}
    for name, value in row.items():
        if isinstance(value, dict):
            which = name.split("_")[0]
            out.update({f"{which}_{reason}_ns": value.get(f"{reason}_ns", 0) for reason in REASONS})
        else:
            out[name] = value
        if name == "open":
            out["still_open"] = row.get("still_open", 0)
            out["other_events"] = row.get("other_events", 0)
    return out


def tables(folder):
    path, data = whole(folder, "tables")
    for rows, kind in ((data["functions"], "functions"), (data["edges"], "edges")):
        frame = pandas.read_csv(write(path, f"x.{kind}.csv"), keep_default_na=False)
        wanted = pandas.DataFrame([flat(row) for row in rows])
        if kind == "functions":
            wanted["qualname"] = wanted["qualname"].fillna("")
        case(f"{kind}.csv by pandas", list(frame.columns) == list(wanted.columns)
             and frame.to_dict("records") == wanted.to_dict("records"), frame.head())
        lines = write(path, f"x.{kind}.ndjson")
        got = json.loads(subprocess.run(["jq", "-s", ".", lines], capture_output=True, check=True).stdout)
        case(f"{kind}.ndjson by jq", got == rows, got[:1])
        case(f"{kind}.ndjson by pandas", len(pandas.read_json(lines, lines=True)) == len(rows))


def stream(folder):
    """One tick has all of it."""
    path, data = whole(folder, "stream")
    with open(write(path, "x.ndjson"), encoding="utf-8") as f:
        meta, tick, end = lines = [json.loads(line) for line in f]
    for line in lines:
        jsonschema.validate(line, STREAM)
        case(f"ndjson: a {line['record']} needs its fields", not jsonschema.Draft7Validator(STREAM).is_valid(
            dict(list(line.items())[:-1])), line)
    case("ndjson: the order", [line["record"] for line in lines] == ["meta", "tick", "end"], lines)
    case("ndjson: the version is in meta alone", meta["bpfprof_version"] == data["bpfprof_version"]
         and not any("bpfprof_version" in line for line in (tick, end)), meta)
    case("ndjson: numbers", [line["sequence"] for line in lines] == [0, 1, 2], lines)
    case("ndjson: the run", len({line["run"] for line in lines}) == 1, lines)
    case("ndjson: rows", all(tick[rows] == data[rows] for rows in ("edges", "threads", "tracks", "losses")), tick)
    case("ndjson: functions", tick["functions"] == [
        f for f in data["functions"] if f["ncalls"] or f["tottime_ns"] or f["cumtime_ns"]], tick["functions"])
    case("ndjson: notes", end["notes"] == data["notes"] and meta["pid"] == data["target"]["pid"], lines)


def pprof(folder):
    path, data = whole(folder, "pprof")
    raw = tool("pprof", "-raw", write(path, "x.pb.gz")).decode()
    kinds = re.search(r"^Samples:\n(.*)\n", raw, re.M).group(1)
    case("pprof: sample types", kinds.split() == ["calls/count", "own/nanoseconds[dflt]", "cpu/nanoseconds",
                                                  "blocked/nanoseconds", "runnable/nanoseconds"], kinds)
    values = {int(m[2]): [int(v) for v in m[1].split()] for m in re.finditer(r"^\s*([-\d ]+): (\d+) *$", raw, re.M)}
    wanted = {f["id"] + 1: [f["ncalls"], f["tottime_ns"], f["tottime_ns"] - f["own_off_ns"],
                            f["own_off_ns"] - f["own_runnable_ns"], f["own_runnable_ns"]]
              for f in data["functions"]}
    case("pprof: every function's figures", values == wanted, sorted(set(values) ^ set(wanted)) or raw[:500])
    top = tool("pprof", "-top", "-nodecount=1000", "-nodefraction=0", "-unit=ns", os.path.join(folder, "x.pb.gz")).decode()
    flat = {m[2]: int(m[1]) for m in re.finditer(r"^\s*(\d+)(?:ns)? +\S+% +\S+% +\d+(?:ns)? +\S+% +(.*)$", top, re.M)}
    case("pprof -top: own times", sorted(flat.values()) == sorted(f["tottime_ns"] for f in data["functions"]), top[:900])
    case("pprof: comments", "a note" in tool("pprof", "-comments", os.path.join(folder, "x.pb.gz")).decode())


def callgrind(folder):
    path, data = whole(folder, "callgrind")
    text = subprocess.run(["perl", os.path.join(TOOLS, "callgrind_annotate"), "--threshold=100", "--show=wall_ns",
                           write(path, "x.callgrind")], capture_output=True, check=True, text=True).stdout
    total = int(re.search(r"^([\d,]+) .*PROGRAM TOTALS", text, re.M).group(1).replace(",", ""))
    case("callgrind_annotate: the total", total == data["totals"]["tottime_ns"], total)
    rows = re.findall(r"^ *([\d,]+) \([ \d.]+%\)  (?!PROGRAM)\S", text, re.M)
    case("callgrind_annotate: every own time", sorted(int(r.replace(",", "")) for r in rows)
         == sorted(f["tottime_ns"] for f in data["functions"] if f["tottime_ns"]), text[:1500])
    one = profile([("a.py", 1, "main", 1, 1, 100, 1000), ("a.py", 9, "work", 7, 7, 900, 900)], [(0, 1, 7, 7, 900, 900)])
    path, _ = store(folder, "tree", one)
    text = subprocess.run(["perl", os.path.join(TOOLS, "callgrind_annotate"), "--tree=calling", "--inclusive=yes",
                           "--show=wall_ns", write(path, "y.callgrind")], capture_output=True, check=True, text=True).stdout
    case("callgrind_annotate: calls and what they took", re.search(r"900 \([ \d.]+%\)  +> +a.py:work:9 \(7x\)", text)
         and re.search(r"1,000 \([ \d.]+%\)  +\* +a.py:main:1", text), text)


def openmetrics(folder):
    path, data = whole(folder, "metrics")
    with open(write(path, "x.prom"), "rb") as f:
        text = f.read()
    said = subprocess.run([os.path.join(TOOLS, "promtool"), "check", "metrics"], input=text, capture_output=True)
    case("promtool check metrics", said.returncode == 0 and not said.stdout + said.stderr, said)
    found = {m.name: m.samples for m in text_string_to_metric_families(text.decode())}
    calls = sorted(s.value for s in found["bpfprof_calls"])
    case("openmetrics: calls", calls == sorted(f["ncalls"] for f in data["functions"]), calls)
    own = sorted(round(s.value * 1e9) for s in found["bpfprof_own_seconds"] if s.labels["clock"] == "runnable")
    case("openmetrics: own times", own == sorted(f["own_runnable_ns"] for f in data["functions"]), own)
    case("openmetrics: names", {s.labels["function"] for s in found["bpfprof_calls"]}
         >= {n for n in HOSTILE if n.isprintable()})
    case("openmetrics: blocks and losses", found["bpfprof_block_hits"][0].labels["block"] == 'qu"ery'
         and found["bpfprof_block_hits"][0].value == 2 and found["bpfprof_lost"][0].value == 3, found)


def chrome(folder):
    path, data = whole(folder, "chrome")
    with open(write(path, "x.trace.json"), encoding="utf-8") as f:
        events = json.load(f)["traceEvents"]
    bars = [e for e in events if e["ph"] == "X"]
    case("chrome: a bar a thread", [(e["tid"], e["name"], e["ts"], e["dur"]) for e in bars]
         == [(t["tid"], t["name"], t["start_ns"] / 1e3, (t["end_ns"] - t["start_ns"]) / 1e3) for t in data["threads"]], bars)
    case("chrome: what each event must have", all({"ph", "pid", "tid", "name"} <= e.keys() for e in events), events)


def in_time(folder):
    """What a thread did when: in the trace a bar for bins in a row of one state, in JSON as it was."""
    path, data = whole(folder, "strips")
    strip = {"start_ns": 4000, "bin_ns": 1000, "bins": 4, "running_ns": [900, 600, 100, 0], "lock_ns": [100, 400, 900, 0], "idle_ns": [0, 0, 0, 500]}
    data["threads"][0]["strip"] = strip
    path, _ = store(folder, "strips", data)
    with open(write(path, "strips.trace.json"), encoding="utf-8") as f:
        bars = [e for e in json.load(f)["traceEvents"] if e.get("cat") == "state"]
    tid = data["threads"][0]["tid"]
    case("chrome: what a thread did when", [(e["ph"], e["id"], e["name"], e["ts"], e.get("args")) for e in bars] == [
        ("b", tid, "running", 4.0, {"running_ns": 1500, "lock_ns": 500}), ("e", tid, "running", 6.0, None), ("b", tid, "lock", 6.0, {"running_ns": 100, "lock_ns": 900}),
        ("e", tid, "lock", 7.0, None), ("b", tid, "idle", 7.0, {"idle_ns": 500}), ("e", tid, "idle", 7.5, None)], bars)
    again = json.loads(run(path, "-f", "json"))
    case("json: what a thread did when", again["threads"][0]["strip"] == strip, again["threads"][0])
    for name, bad in (("bins", 129), ("bins", 3), ("bin_ns", 0), ("lock_ns", [1, 2, -3, 4]), ("lock_ns", 7)):
        path, _ = store(folder, "broken", {**data, "threads": [{**data["threads"][0], "strip": {**strip, name: bad}}]})
        p = subprocess.run([BPFPROF, "report", path], capture_output=True)
        case(f"json: a strip whose {name} cannot be", p.returncode == 1 and b'"threads" in it is not as' in p.stderr, p)


def several(folder):
    path, _ = whole(folder, "several")
    names = [os.path.join(folder, n) for n in ("s.json", "s.prof", "s.functions.csv")]
    p = subprocess.run([BPFPROF, "report", path, "-f", "callers", "-o", "-", *[w for n in names for w in ("-o", n)]],
                       capture_output=True)
    case("-o several: each by its ending, -f for stdout", p.stdout == run(path, "--callers") and all(
        open(n, "rb").read() == run(path, "-f", f) for n, f in zip(names, ("json", "prof", "functions-csv"))), p)
    said = p.stderr.decode().splitlines()
    case("what has no room is said, once for each format", len(said) == 2 and said[0].startswith(
        "bpfprof: -f prof has no room for: CPU and waiting times, ") and "who called whom" in said[1], said)
    lossy, _ = store(folder, "lossy", {**json.load(open(path, encoding="utf-8")), "losses": {
        "stack_full": {"count": 3, "text": "frames beyond the stack limit"}}})
    for f, says in ("functions-csv", ["bpfprof: warning: lost: 3 frames beyond the stack limit"]), ("json", []):
        p = subprocess.run([BPFPROF, "report", "-q", lossy, "-f", f], capture_output=True, text=True)
        case(f"{f}: what was lost is said under -q too", p.returncode == 0 and p.stderr.splitlines() == says, p)
    p = subprocess.run([BPFPROF, "report", path, "-o", os.path.join(folder, "gone", "x.json"), "-o", names[0] + "x.txt"],
                       capture_output=True)
    case("-o several: one that cannot be written", p.returncode == 1 and p.stderr.count(b"\n") == 1, p)


with tempfile.TemporaryDirectory() as tmp:
    for group in (tables, stream, pprof, callgrind, openmetrics, chrome, in_time, several):
        group(tmp)
sys.exit(1 if FAILED else 0)
