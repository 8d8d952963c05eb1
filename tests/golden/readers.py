# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What tests/fetch-modules.sh has got: axe looks at our page, speedscope and DuckDB read our files. readers.py BPFPROF"""
import base64
import json
import os
import subprocess
import sys
import tempfile

import jsonschema
from made import FAILED, case, random_profile, run, store
from made_paths import with_paths
from webdriver import browser

MODULES = os.path.join(os.environ.get("BPFPROF_CACHE", "/var/cache/bpfprof"), "tools", "node_modules")
SPEEDSCOPE = os.path.join(MODULES, "speedscope", "dist", "release")
HOSTILE = ['a"b', "c,d", "new\nline", "back\\slash", "= 1+1", "'quoted'", "; --", "na\u00efve \u95a2"]
AXE = """
const done = arguments[0];
axe.run().then((r) => done(r.violations.map((v) => [v.impact, v.id, v.nodes[0].html.slice(0, 120)])), (e) => done(String(e)));"""
FUNCTIONS = """
const rows = [...document.querySelectorAll("table")].flatMap((t) => [...t.rows].map((r) => [...r.cells].map((c) => c.innerText.trim().split(" ")[0])));
const at = rows.findIndex((r) => r[1] === "Self");
return at >= 0 && rows.slice(at + 1);"""
DUCKDB = """
const { DuckDBInstance } = require("@duckdb/node-api");
const ask = async () => {
  const db = await (await DuckDBInstance.create(":memory:")).connect(), all = [];
  for (const sql of process.argv.slice(1)) all.push((await db.runAndReadAll(sql)).getRowObjectsJson());
  console.log(JSON.stringify(all));
};
ask().catch((e) => { console.error(e.message); process.exit(1); });"""


def everything():
    """A profile with something in each view of the page."""
    data = with_paths(9)
    data["losses"], data["notes"] = {"stack_full": {"count": 3, "text": "frames"}}, ["a note"]
    data["tracks"] = [{"group": None, "track_idx": 1, "track_name": "DB", "enabled": True, "blocks": [
        {"name": "query", "file": "db.py", "line": 3, "hit_count": 2, "total_time_ns": 30, "own_time_ns": 30,
         "avg_time_ns": 15.0, "min_time_ns": 10, "max_time_ns": 20, "p50_ns": 15, "p99_ns": 20,
         "histogram": [0, 0, 0, 1, 1], "pct_track": 100.0, "pct_total": 100.0, "threads": []}]}]
    return data


def looked_at(b):
    """What axe finds in the view that is open."""
    return b.ask("POST", "/execute/async", {"script": AXE, "args": []})


def axe_of(b, name):
    for theme in ("light", "dark"):
        if b.run("return document.documentElement.dataset.theme") != theme:
            b.click("#theme")
        for view in ("functions", "flame", "threads", "tracks", "about"):
            b.click("#tab-" + view)
            found = looked_at(b)
            case(f"axe: {name}, {theme}, {view}", found == [], found)


def axe(folder):
    (new, _), (old, _) = store(folder, "new", everything()), store(folder, "old", with_paths(10))
    with open(os.path.join(MODULES, "axe-core", "axe.min.js"), encoding="utf-8") as f:
        library = f.read()
    with browser(folder) as b:
        for name, args in (("the page", []), ("the page that compares", ["--baseline", old])):
            out = os.path.join(folder, "x.html")
            run(new, *args, "-o", out)
            b.open("file://" + out)
            b.until("return document.body.dataset.ready")
            b.run(library)
            b.run("document.getElementById('chooser').open = true")
            b.click("#body tr")
            axe_of(b, name)
        b.run("document.getElementById('graph').removeAttribute('aria-label'); document.getElementById('theme').textContent = ''")
        case("axe: what is amiss is found", ["critical", "button-name"] in [v[:2] for v in looked_at(b)], looked_at(b))


def shown(ns):
    """A time as speedscope writes it."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("\u00b5s", 1e3)):
        if ns >= size:
            return f"{ns / size:.2f}{unit}"
    return f"{ns:.2f}ns"


def opened(folder, path):
    """The table of functions that speedscope shows of the file: name to own time. It is handed over as by its own command."""
    script = os.path.join(folder, "profile.js")
    with open(path, "rb") as profile, open(script, "w", encoding="ascii") as f:
        f.write(f'speedscope.loadFileFromBase64("x.json", "{base64.b64encode(profile.read()).decode()}")')
    with browser(folder) as b:
        b.open(f"file://{SPEEDSCOPE}/index.html#localProfilePath={script}")
        b.until("return document.querySelector('canvas')")
        b.keys("3")
        return b.until(FUNCTIONS)


def speedscope(folder):
    data = with_paths(9)
    path, out = store(folder, "scope", data)[0], os.path.join(folder, "x.speedscope.json")
    run(path, "-o", out)
    with open(os.path.join(SPEEDSCOPE, "file-format-schema.json"), encoding="utf-8") as schema, open(out, encoding="utf-8") as f:
        scope, schema = json.load(f), json.load(schema)
    jsonschema.validate(scope, schema)
    del scope["shared"]["frames"][0]["name"]
    case("speedscope: its published schema", not jsonschema.Draft7Validator(schema).is_valid(scope), "it takes anything")
    rows = opened(folder, out)
    case("speedscope: own times of functions, opened in it", sorted(r[1:] for r in rows) == sorted(
        [shown(f["tottime_ns"]), f["name"]] for f in data["functions"]), rows)


def duckdb(*queries):
    p = subprocess.run(["node", "-e", DUCKDB, *queries], capture_output=True, check=True, env={**os.environ, "NODE_PATH": MODULES})
    return json.loads(p.stdout)


def texts(data, fields):
    """Those fields of the rows, as text: in DuckDB's JSON large integers are."""
    return [{f: str(row[f]) for f in fields} for row in data]


def paths_of(data):
    paths = data["paths"]
    return [{"id": i, "parent": up, "function": func, "ncalls": calls, "tottime_ns": own, "name": data["functions"][func]["name"]}
            for i, (up, func, calls, own) in enumerate(zip(paths["parent"], paths["function"], paths["ncalls"], paths["tottime_ns"]))]


def tables(folder):
    data = with_paths(9)
    for f, name in zip(data["functions"], HOSTILE):
        f["name"] = name
    data["edges"] = random_profile(9, 8)["edges"]
    path, _ = store(folder, "tables", data)
    run(path, "-o", os.path.join(folder, "whole.json"))
    with open(os.path.join(folder, "whole.json"), encoding="utf-8") as f:
        data = json.load(f)
    for kind, rows in (("functions", data["functions"]), ("edges", data["edges"]), ("paths", paths_of(data))):
        for form in ("csv", "ndjson"):
            out = os.path.join(folder, f"x.{kind}.{form}")
            run(path, "-o", out)
            fields = [f for f in ("id", "parent", "function", "caller", "callee", "file", "line", "name", "caller_name", "callee_name",
                                  "ncalls", "tottime_ns", "cumtime_ns") if f in rows[0]]
            got, = duckdb(f"SELECT {', '.join(fields)} FROM '{out}'")
            got, want = texts(got, fields), texts(rows, fields)
            case(f"{kind}.{form} by DuckDB", got == want, [pair for pair in zip(got, want) if pair[0] != pair[1]][:2] or len(got))


def main():
    for group in (axe, speedscope, tables):
        with tempfile.TemporaryDirectory() as folder:
            group(folder)


main()
sys.exit(1 if FAILED else 0)
