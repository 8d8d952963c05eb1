# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Blocks against the reports of the package. tracks.py BPFPROF
"""
import json
import os
import subprocess
import sys
import tempfile

import jsonschema
from made import BPFPROF, FAILED, SCHEMA, case, part, profile, random_profile, random_results, run, store, stored


def escaped(text):
    """The table, which is for terminals, shows no control characters."""
    return text.replace("two\nlines".ljust(40), "two\\x0alines".ljust(40))


def blocks(folder):
    export, results = part("_export"), part("_results")
    with open(SCHEMA, encoding="utf-8") as f:
        schema = json.load(f)
    for seed in range(3):
        wanted = random_results(results, seed)
        data = {**random_profile(seed, 3), "tracks": stored(wanted)}
        data["target"]["exe"] = "/usr/bin/x"
        path, _ = store(folder, f"blocks{seed}", data)
        again = json.loads(run(path, "-f", "json"))
        jsonschema.validate(again, schema)
        case(f"blocks, json round trip, profile {seed}", again == data, "it changed")
        case(f"blocks, csv, profile {seed}", run(path, "-f", "csv").decode() == export.export_csv(wanted),
             "differs from the package's")
        case(f"blocks, csv has no bars, profile {seed}", run(path, "-f", "csv", "--hist") == run(path, "-f", "csv"), "it has")
        case(f"blocks, tracks-json, profile {seed}", json.loads(run(path, "-f", "tracks-json"))
             == json.loads(export.export_json(wanted)), "differs from the package's")
        table = escaped("\n".join(export._lines(wanted)) + "\n")
        case(f"blocks, table, profile {seed}", run(path, "--tracks").decode() == table,
             "differs from the package's")
        case(f"blocks, table with bars, profile {seed}", [
            line[:124] for line in run(path, "--tracks", "--hist").decode().splitlines()[:-2]]
            == [line[:124] for line in table.splitlines()], "other columns")
        case(f"blocks, table with bars says what they are, profile {seed}",
             b"\nHistogram: hits by their time" in run(path, "--tracks", "--hist"), "it does not")
        case(f"blocks, after the functions, profile {seed}", run(path).decode().endswith(table),
             "they are not")
    twice = json.loads(run(path, path, "-f", "json"))
    case("blocks merge", [(b["hit_count"], b["min_time_ns"], len(b["threads"])) for t in twice["tracks"]
                          for b in t["blocks"]] == [(2 * b.hit_count, b.min_time_ns, 2)
                                                    for t in wanted.tracks for b in t.blocks], "wrongly")
    data["tracks"] = stored(wanted) + stored(wanted, "App")
    path, _ = store(folder, "groups", data)
    case("blocks of two profilers", [g["profiler_name"] for g in json.loads(run(path, "-f", "tracks-json"))]
         == ["x", "App"] and run(path, "--tracks").decode().count("Profiler: ") == 2, "not told apart")
    some = path
    path, _ = store(folder, "noblocks", profile([("a.py", 1, "f", 1, 1, 0, 0)], []))
    empty = results.ProfilerResults("Profiler")
    p = subprocess.run([BPFPROF, "report", path, "-o", os.path.join(folder, "no.csv")], capture_output=True, text=True)
    case("no blocks, CSV: where functions are is said", p.returncode == 1 and ".functions.csv" in p.stderr, p)
    p = subprocess.run([BPFPROF, "report", path, "--tracks"], capture_output=True, text=True)
    case("no blocks are said", p.returncode == 0 and p.stderr.count("\n") == 1 and "there are no blocks" in p.stderr, p)
    p = subprocess.run([BPFPROF, "report", some, "--tracks"], capture_output=True, text=True)
    case("some blocks need no word", p.returncode == 0 and not p.stderr, p)
    case("no blocks", run(path, "--tracks").decode() == "\n".join(export._lines(empty)) + "\n", "differs")


with tempfile.TemporaryDirectory() as tmp:
    for group in (blocks,):
        group(tmp)
sys.exit(1 if FAILED else 0)
