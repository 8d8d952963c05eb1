# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""How quickly a large profile is there to look at: the page of -o x.html in Chromium."""
import base64
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
from made import profile  # noqa: E402
from webdriver import browser  # noqa: E402

FUNCTIONS, PATHS = 50_000, 500_000
SPEEDSCOPE = os.path.join(os.environ.get("BPFPROF_CACHE", "/var/cache/bpfprof"), "tools", "node_modules", "speedscope", "dist", "release")
PAINTED = "performance.getEntriesByName('first rows drawn').map((e) => e.startTime)[0]"

# From an event to the second frame after it, when what it changed has been drawn.
TIMED = """
window.took = null;
const [css, make] = [arguments[0], new Function("return " + arguments[1])], begin = performance.now();
[...document.querySelectorAll(css)].at(-1).dispatchEvent(make());
requestAnimationFrame(() => requestAnimationFrame(() => { window.took = performance.now() - begin; }));"""


def key(name):
    return f"new KeyboardEvent('keydown', {{key: '{name}', bubbles: true}})"


def made(folder):
    """A tree as wide at its foot as programs' are."""
    rng = random.Random(1)
    own = [rng.randrange(1, 10**6) for _ in range(PATHS)]
    calls = [rng.randrange(1, 100) for _ in range(PATHS)]
    funcs = [i * 7919 % FUNCTIONS for i in range(PATHS)]  # siblings differ
    each = [[0, 0] for _ in range(FUNCTIONS)]
    for f, n, ns in zip(funcs, calls, own):
        each[f][0] += n
        each[f][1] += ns
    data = profile([(f"/app/module{i // 50}.py", i % 50 * 9 + 1, f"function_{i}", n, n, ns, ns)
                    for i, (n, ns) in enumerate(each)], [])
    zero = [0] * PATHS
    data["paths"] = {"parent": [-1 if i < 10 else i // 4 for i in range(PATHS)], "function": funcs, "ncalls": calls,
                     "primitive_calls": calls, "tottime_ns": own, "cumtime_ns": own, "raw_tottime_ns": own,
                     "raw_cumtime_ns": own, "own_off_ns": zero, "own_runnable_ns": zero, "cum_off_ns": zero,
                     "cum_runnable_ns": zero, "child_calls": zero, "first_calls": zero, "calls_beneath": zero}
    path = os.path.join(folder, "large.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(data, f)
    return path


def there(b, url, script):
    """What the script says once that is something, of a page that is loaded anew."""
    b.open("about:blank")
    b.open(url)
    return b.until(f"return {script}")


def timed(b, css, event):
    b.run(TIMED, css, event)
    return b.until("return window.took")


def look(b, url):
    """ms until the first rows are painted, until all is read, to zoom in and out."""
    painted, read = there(b, url, f"document.body.dataset.ready && [{PAINTED}, performance.now()]")
    b.click("#tab-flame")
    b.until("return document.getElementById('graph').dataset.frames")
    timed(b, "#graph", key("ArrowDown"))
    return painted, read, timed(b, "#graph", key("Enter")), timed(b, "#graph", key("Escape"))


def look_by_speedscope(b, url):
    """ms until its graph is there, to zoom in and out."""
    shown = there(b, url, "document.querySelector('canvas') && performance.now()")
    return shown, timed(b, "body", key("+")), timed(b, "body", key("0"))


def for_speedscope(program, path, folder):
    """The same profile, of wall time alone, as its own command hands it over."""
    out, script = os.path.join(folder, "x.speedscope.json"), os.path.join(folder, "profile.js")
    subprocess.run([program, "report", path, "-o", out], check=True, stderr=subprocess.DEVNULL)
    with open(out, encoding="utf-8") as f:
        data = json.load(f)
    data["profiles"] = data["profiles"][:1]
    with open(script, "w", encoding="ascii") as f:
        f.write(f'speedscope.loadFileFromBase64("x.json", "{base64.b64encode(json.dumps(data).encode()).decode()}")')
    return f"file://{SPEEDSCOPE}/index.html#localProfilePath={script}"


def speedscope(b, url, rounds):
    """Its medians: there once it is painted, it has read all."""
    there_ms, *zoomed = [statistics.median(values) for values in zip(*[look_by_speedscope(b, url) for _ in range(rounds)])]
    return there_ms, there_ms, *zoomed


def show(taken, beside):
    for name, values, its in zip(("first rows", "all there", "zoomed in", "zoomed out"), zip(*taken), beside):
        mid = statistics.median(values)
        ratio = f", {mid / its:.3f} of speedscope's {its:.0f} ms" if its else ""
        print(f"  {name}: {mid:.0f} ms ({min(values):.0f} to {max(values):.0f}){ratio}", flush=True)


def page(build, rounds):
    program = os.path.join(build, "bpfprof")
    print(f" the page of {FUNCTIONS:,} functions and {PATHS:,} contexts:")
    with tempfile.TemporaryDirectory() as folder, browser(folder) as b:
        path, out = made(folder), os.path.join(folder, "x.html")
        begin = time.monotonic()
        subprocess.run([program, "report", path, "-o", out], check=True, stderr=subprocess.DEVNULL)
        print(f"  written in {time.monotonic() - begin:.1f} s, {os.path.getsize(out) / 1e6:.1f} MB")
        taken = [look(b, "file://" + out) for _ in range(rounds)]
        if os.path.isdir(SPEEDSCOPE):
            show(taken, speedscope(b, for_speedscope(program, path, folder), rounds))
        else:
            show(taken, (0, 0, 0, 0))
            print("  speedscope is not here: tests/fetch-modules.sh", flush=True)
