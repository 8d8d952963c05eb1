# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Coroutines from start to end, and whose tasks they awaited. coroutines.py BPFPROF"""
import json
import os
import re
import subprocess
import sys
import tempfile

import jsonschema
from made import BPFPROF, FAILED, SCHEMA, case, profile, run, store

COROUTINES = """\
         20 coroutines ended (2 raised), 4 open

    ended  raised    open  elapsed  percall  running suspended awaiting  in task   gather   future    sleep executor  filename:lineno(function)
       12       2       1   30.000    2.500    1.000    29.000   27.000    1.000    0.500    0.250    0.125    0.000  app.py:9(get)
        6       1       0   15.000    2.500    0.250    14.750    0.000    1.000    0.500    0.250    0.125    0.000    app.py:3(main)
        8       0       3   10.000    1.250    0.500     9.500    8.000    1.000    0.500    0.250    0.125    0.000  app.py:3(main)
        7                    0.700                                                                             app.py:9(get) (task)
        5                    0.500                                                                             app.py:9(get) (gather)
        2                    0.200                                                                             app.py:1(f) (task)
       11       2       1   29.000    2.636    1.000    28.000   27.000    1.000    0.500    0.250    0.125    0.000    app.py:9(get)

   (task), (gather): how many were awaited, or are; the time is of waits that ended
   3 more ended that had begun unseen, and are in no row
   1 more was closed or dropped without running, when is not known
"""


def coroutines(folder):
    """Their table, whose figures pass through JSON and add up; a profile without has none."""
    def life(begun, ended, raised, elapsed, running, awaiting, late=0, unseen=0):
        return {"coroutines_begun": begun, "coroutines_ended": ended, "coroutines_raised": raised,
                "coroutines_late": late, "coroutines_unseen": unseen, "elapsed_ns": int(elapsed * 1e9),
                "running_ns": int(running * 1e9), "awaiting_ns": int(awaiting * 1e9),
                "in_task_ns": 10**9, "in_gather_ns": 5 * 10**8, "in_future_ns": 25 * 10**7,
                "in_sleep_ns": 125 * 10**6, "in_executor_ns": 0}

    data = profile([("app.py", 3, "main", 9, 9, 5, 9), ("app.py", 9, "get", 9, 9, 5, 9), ("app.py", 1, "f", 9, 9, 5, 9)],
                   [(0, 1, 9, 9, 5, 9), (1, 0, 9, 9, 5, 9), (2, 1, 1, 1, 5, 9)])
    plain, _ = store(folder, "plain", data)
    p = subprocess.run([BPFPROF, "report", plain, "--coroutines"], capture_output=True)
    case("no coroutines were timed", p.returncode == 1 and b"measure with --coroutines" in p.stderr, p)
    data["target"]["coroutines"] = True
    for row, figures in zip(data["functions"] + data["edges"],
                            (life(11, 8, 0, 10, .5, 8, late=3), life(14, 12, 2, 30, 1, 27, unseen=1), life(*[0] * 6),
                             life(12, 11, 2, 29, 1, 27), life(6, 6, 1, 15, .25, 0), life(1, 1, 0, 1, 0, 0))):
        row.update(figures)
    data["awaits"] = [{"caller_file": "app.py", "caller_line": 3, "caller_name": "main", "task_file": "app.py",
                       "task_line": line, "task_name": name, "in": how, "tasks": n, "ns": n * 10**8}
                      for line, name, how, n in ((9, "get", "gather", 5), (9, "get", "task", 7), (1, "f", "task", 2))]
    path, _ = store(folder, "coroutines", data)
    for args in (["-r"], ["-s", "calls"], ["--baseline", path]):
        p = subprocess.run([BPFPROF, "report", path, "--coroutines", *args], capture_output=True)
        case(f"coroutines, refused: {args[0]}", p.returncode == 2 and not p.stdout and p.stderr.count(b"\n") == 1, p)
    case("coroutines", run(path, "--coroutines").decode() == COROUTINES, run(path, "--coroutines").decode())
    case("coroutines in a table", re.search(r"ended +elapsed(.*\n)+.* 12 +30\.0 s .* get ", run(path, "-f", "table", "-s", "name").decode()),
         run(path, "-f", "table", "-s", "name").decode())
    both = json.loads(run(path, path, "-f", "json"))
    jsonschema.validate(both, json.load(open(SCHEMA, encoding="utf-8")))
    case("coroutines add up", all(b.get(name) == 2 * a[name] for a, b in zip(data["functions"], both["functions"])
                                  for name in life(*[0] * 6)), both)
    case("tasks that were awaited add up", both["awaits"] == [dict(a, tasks=2 * a["tasks"], ns=2 * a["ns"])
                                                              for a in data["awaits"]], both["awaits"])
    stream = os.path.join(folder, "awaits.ndjson")
    run(path, "-o", stream)
    case("and through a stream", json.loads(run(stream, "-f", "json"))["awaits"] == data["awaits"], stream)
    case("and go with who awaits or is awaited", [a["task_name"] for a in json.loads(
        run(path, "--exclude", "get", "-f", "json"))["awaits"]] == ["f"] and "awaits" not in json.loads(
        run(path, "--exclude", "main", "-f", "json")), path)
    for broken in ({"in": "sleep"}, {"tasks": -1}, {"path": 0}, {"ns": 1.5}):
        bad, _ = store(folder, "broken", dict(data, awaits=[dict(data["awaits"][0], **broken)]))
        p = subprocess.run([BPFPROF, "report", bad], capture_output=True)
        case(f"a broken await: {broken}", p.returncode == 1 and b'"awaits" in it is not as' in p.stderr, p)
    header, first = run(path, "-f", "functions-csv").decode().splitlines()[:2]
    case("coroutines in CSV", dict(zip(header.split(","), first.split(",")))["suspended_ns"] == "9500000000", header)


with tempfile.TemporaryDirectory() as tmp:
    coroutines(tmp)
sys.exit(1 if FAILED else 0)
