# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The page of -o x.html in Chromium: what it shows, by mouse and by keyboard. html.py BPFPROF"""
import functools
import os
import sys
import tempfile

from made import FAILED, case, profile, run, store
from webdriver import browser

HOSTILE = ["</script><script>bad = 1</script>", "<img src=x onerror='bad = 1'>", "<!--<script>", "\u2028a\u2029\u202eb",
           "${bad = 1}", "a\"b'&lt;\\", "]]>", "caf\u00e9 \U0001f40d"]
SHOWN = {"\u2028a\u2029\u202eb": "\\u2028a\\u2029\\u202eb"}
PATHS = [(-1, 0, 1, 100), (0, 1, 2, 300), (0, 2, 3, 2000), (1, 2, 5, 700), (3, 3, 5, 40), (-1, 3, 9, 60), (-2, 2, 1, 50)]
EXACT = {"s": 1e9, "ms": 1e6, "\u00b5s": 1e3, "ns": 1}
CONTRAST = """
const light = (c) => { const v = c.match(/[\\d.]+/g).slice(0, 3).map((x) => { x /= 255; return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
const back = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\\)$/.test(c)) return c; } return "rgb(255,255,255)"; };
return [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && e.tagName !== "CANVAS" && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .filter((e) => { const a = light(getComputedStyle(e).color), b = light(back(e)); return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5; })
  .map((e) => e.outerHTML.slice(0, 120));"""
NAMELESS = """
const named = (e) => e.getAttribute("aria-label") || e.textContent.trim() || (e.labels && e.labels.length) || document.getElementById(e.getAttribute("aria-labelledby"));
const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
return [...[...document.querySelectorAll("button, input, select, canvas, [role=tabpanel], [role=grid], [role=img], [role=group], aside, pre")].filter((e) => !named(e)).map((e) => e.outerHTML.slice(0, 120)),
  ...ids.filter((id, i) => ids.indexOf(id) !== i), ...[...document.querySelectorAll("[aria-controls], [aria-describedby]")]
  .flatMap((e) => (e.getAttribute("aria-controls") || e.getAttribute("aria-describedby")).split(" ")).filter((id) => !document.getElementById(id)),
  ...[...document.querySelectorAll("table")].filter((t) => t.checkVisibility() && !t.caption && !t.getAttribute("aria-label")).map((t) => t.id),
  ...[...document.querySelectorAll("[tabindex]")].filter((e) => e.tabIndex > 0).map((e) => e.id)];"""

# What scrolls, by the keyboard too: it takes the focus, or something in it does.
STUCK = """
const can = (e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility();
return [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && /auto|scroll/.test(getComputedStyle(e).overflow)
  && !can(e) && ![...e.querySelectorAll("*")].some(can)).map((e) => e.outerHTML.slice(0, 120));"""


def made():
    names = ["main", "work", "leaf", "rest", *HOSTILE]
    own = [100, 300, 2750, 100, *[7 + i for i in range(len(HOSTILE))]]
    functions = [(f"/p/{'x' if i < 4 else n}.py", i + 1, n, 10 + i if i < 3 + len(HOSTILE) else 0, 10 if i < 3 + len(HOSTILE) else 0, own[i], own[i] * (5 - i) if i < 4 else own[i])
                 for i, n in enumerate(names)]
    data = profile(functions, [(0, 1, 2, 2, 300, 1040), (0, 2, 3, 3, 2000, 2000), (1, 2, 5, 5, 700, 740), (2, 3, 5, 5, 40, 40)],
                   losses={"stack_full": {"count": 3, "text": HOSTILE[0]}}, notes=[HOSTILE[1]])
    data["target"]["command"] = HOSTILE[0]
    data["threads"][0].update(name=HOSTILE[1], idle_ns=3)
    data["tracks"] = [{"group": None, "track_idx": 1, "track_name": HOSTILE[2], "enabled": True, "blocks": [
        {"name": HOSTILE[0], "file": "db.py", "line": 3, "hit_count": 2, "total_time_ns": 30, "own_time_ns": 30,
         "avg_time_ns": 15.0, "min_time_ns": 10, "max_time_ns": 20, "p50_ns": 15, "p99_ns": 20,
         "histogram": [0, 0, 0, 1, 1], "pct_track": 100.0, "pct_total": 100.0, "threads": []}]}]
    return with_paths(data, PATHS)


def with_paths(data, paths):
    n = len(paths)
    own, calls = [p[3] for p in paths], [p[2] for p in paths]
    zero = [0] * n
    data["paths"] = {"parent": [p[0] for p in paths], "function": [p[1] for p in paths], "ncalls": calls,
                     "primitive_calls": calls, "tottime_ns": own, "cumtime_ns": own, "raw_tottime_ns": own,
                     "raw_cumtime_ns": own, "own_off_ns": [v // 2 for v in own], "own_runnable_ns": zero,
                     "cum_off_ns": zero, "cum_runnable_ns": zero, "child_calls": zero, "first_calls": zero,
                     "calls_beneath": zero}
    return data


def text(b, css):
    return b.run("return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", css)


def choose(b, which, value):
    b.run("const s = document.getElementById(arguments[0]); s.value = arguments[1]; s.dispatchEvent(new Event('change'))", which, value)


def rows(b):
    """Cells of the rows of functions, their names last."""
    return b.run("return [...document.querySelectorAll('#body tr[data-at]')].map((r) => [...r.cells].map((c) => c.textContent)).map(([name, ...all]) => [...all, name])")


def column(b, at):
    return [r[at].split(" ")[0].replace(",", "") for r in rows(b)]


def head(b, data):
    case("html: it is there, by its command's name", b.run("return document.body.dataset.ready") == "1"
         and text(b, "#title") == [HOSTILE[0]] and text(b, "#losses li") == ["lost: 3 " + HOSTILE[0]], text(b, "#title"))
    shown = [r[-1] for r in rows(b)]
    case("html: hostile names stay text", all(any(s.startswith(SHOWN.get(n, n) + " ") for s in shown) for n in HOSTILE)
         and b.run("return typeof bad") == "undefined" and b.run("return document.scripts.length") == 2
         and not b.run("return document.images.length"), shown)
    case("html: nothing is loaded", b.run("return performance.getEntriesByType('resource').length") == 0)
    choose(b, "unit", "ns")
    wanted = sorted((f["cumtime_ns"] for f in data["functions"]), reverse=True)
    case("html: rows by total time", column(b, 3) == [str(v) for v in wanted], column(b, 3))


def sorting(b, data):
    calls = sorted(f["ncalls"] for f in data["functions"])
    b.click("#heads button[data-key=calls]")
    case("html: sorted by a click", column(b, 0) == [str(v) for v in calls[::-1]] and b.run(
        "return document.querySelector('#heads th + th').ariaSort") == "descending", column(b, 0))
    b.keys("Enter")
    case("html: sorted by a key, and the focus stays", column(b, 0) == [str(v) for v in calls], column(b, 0))
    b.run("document.querySelector('[data-column=\"own blocked\"]').click()")
    blocked = sorted(f["own_off_ns"] - f["own_runnable_ns"] for f in data["functions"])
    b.run("document.querySelector('#heads button[data-key=\"own blocked\"]').click()")
    case("html: a column of a clock", [r[5].split(" ")[0].replace(",", "") for r in rows(b)] == [str(v) for v in blocked[::-1]], rows(b)[:2])
    b.click("#heads button[data-key=cum]")
    choose(b, "clock", "cpu")
    cpu = sorted((f["cumtime_ns"] - f["cum_off_ns"] for f in data["functions"]), reverse=True)
    case("html: figures by another clock", column(b, 3) == [str(v) for v in cpu], column(b, 3))
    choose(b, "clock", "wall")
    choose(b, "kind", "c")
    case("html: one kind", len(rows(b)) == sum(f["kind"] == "c" for f in data["functions"]))
    choose(b, "kind", "")


def searching(b):
    b.click("#search")
    b.keys(*"LEA")
    case("html: searched by keys", [r[-1] for r in rows(b)] == ["leaf x.py:3"]
         and text(b, "#found") == ["1 of 12 functions"], rows(b))
    b.keys(*["Backspace"] * 3)
    case("html: nothing searched again", len(rows(b)) == 12)
    case("html: own per call of what has no calls", [r[4] for r in rows(b) if r[0] == "0"] == [""], rows(b))


def selecting(b):
    b.run("document.querySelector('#body tr[tabindex=\"0\"]').focus()")
    order = [r[-1].split(" ")[0] for r in rows(b)]
    b.keys("Home", "Down")
    case("html: a function chosen by keys", text(b, "#chosen") == [order[1]] and b.run(
        "return document.activeElement.ariaSelected") == "true", text(b, "#chosen"))
    b.click(f"#body tr[data-at='{order.index('leaf')}']")
    got = b.run("return [...document.querySelectorAll('#callers tbody tr')].map((r) => [...r.cells].map((c) => c.textContent))")
    case("html: callers with their counts", got == [["main", "3", "2,000 ns", "2,000 ns"], ["work", "5", "700 ns", "740 ns"]], got)
    got = text(b, "#callees tbody td")
    case("html: callees", got == ["rest", "5", "40 ns", "40 ns"], got)
    b.click("#callers tbody tr:last-child button")
    case("html: on to a caller", text(b, "#chosen") == ["work"])


def beneath(b):
    return b.run("return [...document.querySelectorAll('#beneath tbody tr')].map((r) => [...r.cells].map((c) => c.textContent))")


def zoomed(b):
    return text(b, "#crumbs button")


def flames(b):
    b.run("document.getElementById('tab-functions').focus()")
    b.keys("Right")
    case("html: another view by keys", b.run("return !document.getElementById('flame').hidden && document.activeElement.id") == "tab-flame")
    case("html: a frame a path, and one for all", b.run("return document.getElementById('graph').dataset.frames") == "8")
    case("html: the outermost frames", [r[:4] for r in beneath(b)] == [["main", "1", "100 ns", "3,140 ns"], ["rest", "9", "60 ns", "60 ns"],
                                                                      ["leaf", "1", "50 ns", "50 ns"]], beneath(b))
    b.run("document.getElementById('graph').focus()")
    b.keys("Down", "Down", "Enter")
    case("html: zoomed by keys", zoomed(b) == ["all", "main", "leaf"] and "3 calls, own 2,000 ns" in text(b, "#frame")[0], text(b, "#frame"))
    b.keys("Escape", "Down", "Right", "Enter")
    case("html: to what is beside it", zoomed(b) == ["all", "main", "work"], zoomed(b))
    b.keys("Home")
    width, height = b.run("const r = document.getElementById('graph').getBoundingClientRect(); return [r.width, r.height]")
    b.click_at("#graph", int(width * 0.3 - width / 2), int(30 - height / 2))
    case("html: zoomed by a click", zoomed(b) == ["all", "main"], zoomed(b))
    case("html: the table of what is beneath", [r[:4] for r in beneath(b)] == [["leaf", "3", "2,000 ns", "2,000 ns"], ["work", "2", "300 ns", "1,040 ns"]], beneath(b))
    b.click("#beneath tbody tr:last-child button")
    case("html: zoomed by the table", zoomed(b) == ["all", "main", "work"] and b.run("return document.activeElement.textContent") == "work")
    choose(b, "clock", "calls")
    case("html: widths are calls", [r[0] for r in beneath(b)] == ["main", "rest", "leaf"] and beneath(b)[0][3] == "16", beneath(b))
    choose(b, "clock", "blocked")
    case("html: widths are time blocked", beneath(b)[0][3] == "1,570 ns", beneath(b))
    choose(b, "clock", "wall")


def inverted(b):
    b.click("#inverted")
    case("html: inverted, own times by function", [(r[0], r[3]) for r in beneath(b)] == [("leaf", "2,750 ns"), ("work", "300 ns"), ("main", "100 ns"), ("rest", "100 ns")], beneath(b))
    b.click("#beneath tbody button")
    case("html: inverted, who called it", [(r[0], r[3]) for r in beneath(b)] == [("main", "2,000 ns"), ("work", "700 ns")], beneath(b))
    b.click("#inverted")
    b.click("#search")
    b.keys(*"leaf")
    case("html: on how much what is searched is", text(b, "#share") == ["found on 85.8 % of all"], text(b, "#share"))
    b.keys(*["Backspace"] * 4)


def others(b):
    b.click("#tab-threads")
    case("html: one thread", text(b, "#thread-rows caption") == ["1 thread; own times of all its functions"], text(b, "#thread-rows caption"))
    case("html: threads", text(b, "#thread-rows tbody td")[:5] == [HOSTILE[1], "1", "7", "3", "9 ns"], text(b, "#thread-rows td"))
    life = b.run("return [...document.querySelectorAll('.strip i')].map(i => i.dataset.part + ' ' + i.style.width)")
    case("html: what a thread's life was", life == ["runnable 20%", "idle 60%", "lock 20%"] and
         text(b, "#life-legend span") == ["runnable", "idle", "lock"] and b.run(
             "return document.querySelector('.strip').ariaLabel").endswith(": runnable 1 ns, idle 3 ns, lock 1 ns"), life)
    b.click("#tab-tracks")
    case("html: blocks and how long they took", text(b, ".track caption") == [HOSTILE[2]] and b.run(
        "return document.querySelector('.hist').ariaLabel") == "hits by length: 1 of 8 ns to 16 ns; 1 of 16 ns to 32 ns", text(b, ".track td"))
    b.click("#tab-about")
    case("html: notes", text(b, "#about ul:not(#remarks) li") == [HOSTILE[1]])


def readable(b):
    for theme in ("light", "dark"):
        if b.run("return document.documentElement.dataset.theme") != theme:
            b.click("#theme")
        for view in ("functions", "flame", "threads", "tracks", "about"):
            b.click("#tab-" + view)
            pale = b.run(CONTRAST)
            case(f"html: text stands out, {theme}, {view}", not pale, pale)
            stuck = b.run(STUCK)
            case(f"html: what scrolls takes the focus, {theme}, {view}", not stuck, stuck)
    nameless = b.run(NAMELESS)
    case("html: all that answers has a name", not nameless, nameless)


def large(b, folder):
    """Rows out of sight are no elements."""
    n = 20000
    data = profile([("/a.py", i, f"f{i}", 1, 1, i, i) for i in range(n)], [])
    show(b, folder, "large", with_paths(data, [(-1 if i < 100 else i // 7, i % n, 1, i % 50) for i in range(60000)]))
    seen = b.run("return document.querySelectorAll('#body tr').length")
    b.run("document.querySelector('#body tr[tabindex=\"0\"]').focus()")
    b.keys("End")
    case("html: 20,000 functions, of which few are elements", seen < 100 and rows(b)[-1][-1] == "f0 a.py:0"
         and text(b, "#chosen") == ["f0"] and b.run("return document.activeElement.textContent").startswith("f0 a.py:0"), seen)
    b.click("#tab-flame")
    case("html: 60,000 paths, of which few are drawn", 100 < int(b.run("return document.getElementById('graph').dataset.frames")) < 20000)


def high(b, folder):
    """Flames higher than the window are seen from their foot on."""
    n = 90
    data = profile([("/a.py", i, f"f{i}", 1, 1, 9, 9) for i in range(n)], [])
    show(b, folder, "high", with_paths(data, [(i - 1, i, 1, 9) for i in range(n)]))
    b.click("#tab-flame")
    b.click("#upward")
    ends = b.run("const [g, s] = ['graph', 'flame'].map((id) => document.getElementById(id).getBoundingClientRect()); return [g.height, s.height, g.bottom, s.bottom]")
    case("html: flames are seen from their foot on", ends[0] > ends[1] and ends[2] <= ends[3] + 1, ends)


def show(b, folder, name, data, *args):
    path, _ = store(folder, name, data)
    out = os.path.join(folder, name + ".html")
    run(path, *args, "-o", out)
    b.open("file://" + out)
    b.until("return document.body.dataset.ready")
    return out


def compared(b, folder):
    before = profile([("/p/x.py", 1, "main", 1, 1, 100, 700), ("/p/x.py", 2, "work", 2, 2, 600, 600), ("/p/x.py", 9, "gone", 1, 1, 50, 50)], [])
    after = profile([("/p/x.py", 1, "main", 1, 1, 100, 300), ("/p/x.py", 3, "work", 2, 2, 200, 200), ("/p/x.py", 8, "new", 1, 1, 70, 70)], [])
    old, _ = store(folder, "old", with_paths(before, [(-1, 0, 1, 100), (0, 1, 2, 600), (0, 2, 1, 50)]))
    for scale in (1, 2):
        show(b, folder, "now", with_paths(after, [(-1, 0, 1, 100), (0, 1, 2, 200), (0, 2, 1, 70)]), *["--baseline", old] * scale)
        choose(b, "unit", "ns")
        b.click("#heads button[data-key=change]")
        got = [(r[-1].split(" ")[0], r[5], r[6]) for r in rows(b)]
        case(f"html: compared with {scale}, lines that moved, new and gone", got == [("new", "0 ns", "+70 ns"), ("main", "100 ns", "0 ns"),
             ("gone", "50 ns", "-50 ns"), ("work", "600 ns", "-400 ns")], got)
    b.click("#tab-flame")
    b.click("#beneath button")
    case("html: differences of paths", "before 750 ns" in text(b, "#frame")[0] and [r[0] for r in beneath(b)] == ["work", "new"], text(b, "#frame"))
    b.click("#before")
    b.click("#beneath button")
    case("html: widths of the baseline", [r[0] for r in beneath(b)] == ["work", "gone"], beneath(b))


def sources(b, folder):
    code = "import os\n\n\n@os\ndef f(a,\n      b):\n    return '</script>'\n\n\ndef g():\n    pass\n"
    paths = {name: os.path.join(folder, name) for name in ("shown.py", "secret.py", "passwd.txt", "link.py", "fifo.py")}
    for name in ("shown.py", "secret.py", "passwd.txt"):
        with open(paths[name], "w", encoding="utf-8") as f:
            f.write(code)
        os.chmod(paths[name], 0o644 if name != "secret.py" else 0o600)
    os.symlink(paths["passwd.txt"], paths["link.py"])
    os.mkfifo(paths["fifo.py"])
    functions = [(path, 4, "f", 1, 1, 9, 9) for path in paths.values()] + [(paths["shown.py"], 4, "other", 1, 1, 9, 9)]
    for args, wanted in (([], 2 if os.geteuid() else 1), (["--no-source"], 0)):
        show(b, folder, "sources", profile(functions, []), *args)
        got = []
        for at in range(len(functions)):
            b.click(f"#body tr[data-at='{at}']")
            got += text(b, "#source")
        case(f"html: lines {args}", got == ["     4  @os\n     5  def f(a,\n     6        b):\n     7      return '</script>'"] * wanted, got)


def without_paths(b, folder):
    out = show(b, folder, "plain", profile([("a.py", 1, "f", 1, 1, 5, 5)], []))
    case("html: the page is small", os.path.getsize(out) < 400_000, os.path.getsize(out))
    b.click("#tab-flame")
    case("html: how to get call paths", "--paths" in b.run("return document.getElementById('no-paths').innerText"))


def counted(b, folder):
    """Reads and writes, and coroutines, are columns where the profile has them."""
    data = profile([("a.py", 1, "get", 1, 1, 5, 9), ("a.py", 9, "put", 1, 1, 4, 4)], [(0, 1, 1, 1, 4, 4)])
    show(b, folder, "neither", data)
    plain = text(b, "#heads button")
    read, written = {"file_reads": 3, "file_read_bytes": 5 << 10}, {"pipe_writes": 2, "pipe_written_bytes": 7, "failed": 1}
    data["target"].update(io=True, coroutines=True)
    data["functions"][0].update(own_io=read, cum_io={**read, **written}, coroutines_begun=5, coroutines_ended=4, coroutines_raised=1,
                                coroutines_late=0, coroutines_unseen=0, elapsed_ns=3000, running_ns=1000, awaiting_ns=500)
    data["functions"][1].update(own_io=written, cum_io=written)
    awaits = {"caller_file": "a.py", "caller_line": 1, "caller_name": "get", "task_file": "a.py", "tasks": 1200}
    data["awaits"] = [{**awaits, "task_line": 9, "task_name": "put", "in": "gather", "ns": 2000}, {**awaits, "task_line": 1, "task_name": "get", "in": "task", "ns": 3000}]
    show(b, folder, "counted", data)
    b.run("for (const key of ['cum written', 'writes', 'failed', 'alive', 'suspended']) document.querySelector(`[data-column='${key}']`).click()")
    got = [dict(zip(text(b, "#heads button")[1:], r)) for r in rows(b)]
    got = [{name: row[name] for name in row if name not in plain} for row in got]
    case("html: columns of reads, writes and coroutines", got == [
        {"read": "5 KiB", "written": "0 B", "coroutines ended": "4", "elapsed": "3 \u00b5s", "total written": "7 B", "writes": "0",
         "of them failed": "0", "coroutines open": "1", "elapsed, suspended": "2 \u00b5s"},
        {"read": "0 B", "written": "7 B", "coroutines ended": "0", "elapsed": "0 ns", "total written": "7 B", "writes": "2",
         "of them failed": "1", "coroutines open": "0", "elapsed, suspended": "0 ns"}], got)
    b.click("#heads button[data-key=written]")
    case("html: sorted by what is written", [r[-1].split(" ")[0] for r in rows(b)] == ["put", "get"], rows(b))
    b.click("#body tr[data-at='1']")
    facts = [f for f in text(b, "#facts tr") if "read and written" in f]
    case("html: what a function reads and writes, by kind", facts == [
        "file, read and writtenown 3 reads of 5 KiB, 0 writes of 0 B; total 3 reads of 5 KiB, 0 writes of 0 B",
        "pipe, read and writtenown 0 reads of 0 B, 0 writes of 0 B; total 0 reads of 0 B, 2 writes of 7 B"], facts)
    got, own = [text(b, f"#{t} tbody td") for t in ("awaits", "awaited")], ["get", "1,200", "task", "3 \u00b5s"]
    case("html: whose tasks a function awaited", got == [[*own, "put", "1,200", "gather", "2 \u00b5s"], own], got)


def waited(b, folder):
    """What was open has a mark; files are as short as in a table; where threads waited is said as beneath one."""
    data = profile([("/home/u/app/main.py", 1, "main", 0, 0, 0, 90), ("/home/u/app/work.py", 9, "work", 4, 4, 40, 40),
                    ("/usr/lib/python3.11/json/decoder.py", 3, "decode", 1, 1, 10, 10), ("~", 0, "<built-in method time.sleep>", 1, 1, 40, 40)], [])
    data["functions"][0]["open"] = data["functions"][1]["open"] = 1
    data["functions"][1].update({w + name: v for w in ("own_", "cum_") for name, v in (("off_ns", 20), ("runnable_ns", 0), ("reasons", {"gil_ns": 20}))})
    data["losses"] = {name: {"count": n, "text": what} for name, n, what in (("a", 1, "libraries, late"), ("b", 1, "ns of waits"), ("c", 2, "programs"))}
    data["gil"] = {"wait_ns": 20, "unknown_ns": 5, "held": [{"thread": 0, "tid": 7, "thread_name": HOSTILE[1], "file": "x.py", "line": 1, "name": "holder", "ns": 15}]}
    data["threads"][0].update(name=HOSTILE[1], tottime_ns=90, raw_tottime_ns=90, off_ns=25, reasons={"gil_ns": 20}, end_ns=9,
                              strip={"start_ns": 1, "bin_ns": 4, "bins": 2, "running_ns": [3, 0], "gil_ns": [1, 4]})
    show(b, folder, "waited", data)
    case("html: one loss and two", text(b, "#losses li") == ["lost: 1 library, late", "lost: 1 ns of waits", "lost: 2 programs"], text(b, "#losses li"))
    b.run("document.getElementById('scroll').style.width = '420px'; document.getElementById('scroll').scrollLeft = 10000")
    shown = b.run("const name = document.querySelector('#body .name'), r = name.getBoundingClientRect(), s = document.getElementById('scroll'); "
                  "return [s.scrollLeft > 0, r.left - s.getBoundingClientRect().left < 2, name.contains(document.elementFromPoint(r.left + 9, r.top + 9))]")
    case("html: names stay in sight", shown == [True, True, True], shown)
    got = {r[-1]: r[0] for r in rows(b)}
    case("html: files as short as in a table, and what was open", got == {"main main.py:1": "0+", "work work.py:9": "4+", "decode json/decoder.py:3": "1",
         "<built-in method time.sleep> (no file)": "1"}, got)
    each = sorted((r[0], r[4]) for r in rows(b))
    case("html: no own per call of what was open", each == [("0+", ""), ("1", "10 ns"), ("1", "40 ns"), ("4+", "")], each)
    case("html: and what its mark says", "open when profiling, or an interval of it, began" in b.run("const e = document.getElementById('opened'); return e.checkVisibility() && e.innerText"))
    b.click("#tab-threads")
    when = b.run("return [...document.querySelectorAll('.strip path')].map(p => p.dataset.part + ' ' + p.getAttribute('d'))")
    case("html: what a thread did when", when == ["running M0 1.000V0.250H50V1.000Z", "gil M0 0.250V0.000H50V0.250ZM50 1.000V0.000H100V1.000Z"], when)
    b.click("#tab-about")
    case("html: who held the GIL", text(b, "#remarks li") == ["GIL: 22 % of the time of all threads was spent waiting for it",
         f"GIL: held meanwhile by {HOSTILE[1]} in holder 75 %, unknown 25 %"], text(b, "#remarks li"))


def estimates(b, folder):
    """Own times of which more was taken off than is left have a mark, and nothing else has."""
    data = with_paths(profile([("a.py", 1, "main", 1, 1, 50, 90), ("a.py", 9, "short", 4, 4, 40, 40)], []), [(-1, 0, 1, 50), (0, 1, 4, 40)])
    show(b, folder, "measured", data)
    case("html: no estimates, no mark", b.run("return document.getElementById('estimates').hidden") and not any("~" in c for r in rows(b) for c in r), rows(b))
    data["functions"][1]["raw_tottime_ns"] += 200
    show(b, folder, "estimates", data)
    choose(b, "unit", "ns")
    case("html: estimates are marked", rows(b) == [["1", "50 ns", "55.6 %", "90 ns", "50 ns", "main a.py:1"],
         ["4", "~40 ns", "~44.4 %", "40 ns", "~10 ns", "short a.py:9"]], rows(b))
    said = b.run("const e = document.getElementById('estimates'); return e.checkVisibility() && e.innerText")
    case("html: and what the mark says", said == "~ an estimate: more profiling was taken off its own time than is left.", said)
    b.click("#body tr[data-at='1']")
    case("html: an estimate, in words", any("an estimate" in f for f in text(b, "#facts tr")), text(b, "#facts tr"))
    b.click("#body tr[data-at='0']")
    case("html: no estimate, no words", not any("estimate" in f for f in text(b, "#facts tr")), text(b, "#facts tr"))
    choose(b, "clock", "calls")
    case("html: counts are no estimates", not any("~" in c for r in rows(b) for c in r), rows(b))
    choose(b, "clock", "sleep")
    case("html: what nothing was taken off is no estimate", not any("~" in c for r in rows(b) for c in r), rows(b))
    choose(b, "clock", "wall")
    b.click("#tab-flame")
    b.click("#beneath button")
    case("html: estimates in the flame graph", [r[:4] for r in beneath(b)] == [["short", "4", "~40 ns", "40 ns"]], beneath(b))


def main():
    with tempfile.TemporaryDirectory() as folder, browser(folder) as b:
        data = made()
        show(b, folder, "made", data)
        for part in (functools.partial(head, data=data), functools.partial(sorting, data=data), searching, selecting, flames, inverted,
                     others, readable, functools.partial(compared, folder=folder), functools.partial(sources, folder=folder), functools.partial(counted, folder=folder),
                     functools.partial(estimates, folder=folder), functools.partial(waited, folder=folder),
                     functools.partial(large, folder=folder), functools.partial(high, folder=folder), functools.partial(without_paths, folder=folder)):
            part(b)
        said = b.log()
        case("html: nothing in the console", not said, said)


main()
sys.exit(1 if FAILED else 0)
