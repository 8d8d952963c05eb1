# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Made-up profiles for bpfprof's reports, and how a case is told. The program is argv[1]."""
import fcntl
import importlib.util
import json
import os
import pty
import random
import re
import struct
import subprocess
import sys
import termios

BPFPROF = sys.argv[1]
HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.path.join(HERE, "..", "..", "user", "report", "bpfprof-2.schema.json")
with open(os.path.join(HERE, "..", "..", "include", "bpfprof", "version.h"), encoding="utf-8") as header:
    VERSION = re.search(r'BPFPROF_VERSION "(.+)"', header.read())[1]
KINDS = ("python", "c", "block")


def reasons(off, runnable):
    """Of time blocked, a third for locks and the rest asleep."""
    blocked = off - runnable
    parts = {"lock_ns": blocked // 3, "sleep_ns": blocked - blocked // 3}
    return {name: ns for name, ns in parts.items() if ns}


def total(parts):
    """The reasons of several added up."""
    whole = {}
    for part in parts:
        for name, ns in part.items():
            whole[name] = whole.get(name, 0) + ns
    return whole


def profile(functions, edges, losses=None, notes=()):
    """A bpfprof JSON from (file, line, name, nc, cc, tt, ct) and (caller, callee, nc, cc, tt, ct)."""
    def stat(nc, cc, tt, ct):
        return {"ncalls": nc, "primitive_calls": cc, "tottime_ns": tt, "cumtime_ns": ct,
                "error_ns": 0, "raw_tottime_ns": tt, "raw_cumtime_ns": ct,
                "own_off_ns": tt // 2, "own_runnable_ns": tt // 3, "cum_off_ns": ct // 2,
                "cum_runnable_ns": ct // 3, "own_reasons": reasons(tt // 2, tt // 3),
                "cum_reasons": reasons(ct // 2, ct // 3), "child_calls": nc // 2, "first_calls": nc // 5, "calls_beneath": nc,
                "open": 0, "is_estimate": False}

    return {
        "schema": "bpfprof/2",
        "bpfprof_version": VERSION,
        "target": {"pid": 1, "command": "x", "exe": None, "interpreter": None, "python": "3.15.0",
                   "backend": "usdt", "clock": "wall", "clock_error": 1e-07,
                   "bias": {"from": "none", "pace": 0.0, "timed_ns": 0.0, "inside_ns": 0.0, "outside_ns": 0.0,
                            "first_ns": 0.0, "inside_error_ns": 0.0, "outside_error_ns": 0.0,
                            "first_error_ns": 0.0, "both_error_ns": 0.0, "slower": 0.0},
                   "start_ns": 0, "duration_ns": 5,
                   "started_at": 0},
        "totals": {"ncalls": sum(f[3] for f in functions),
                   "primitive_calls": sum(f[4] for f in functions),
                   "tottime_ns": sum(f[5] for f in functions), "error_ns": 0,
                   "raw_tottime_ns": sum(f[5] for f in functions),
                   "off_ns": sum(f[5] // 2 for f in functions),
                   "runnable_ns": sum(f[5] // 3 for f in functions),
                   "reasons": total(reasons(f[5] // 2, f[5] // 3) for f in functions)},
        "losses": losses or {},
        "notes": list(notes),
        "functions": [{"id": i, "file": f[0], "line": f[1], "name": f[2], "qualname": None,
                       "kind": KINDS[i % len(KINDS)],
                       **stat(*f[3:])} for i, f in enumerate(functions)],
        "edges": [{"caller": a, "callee": b,
                   "caller_file": functions[a][0], "caller_line": functions[a][1],
                   "caller_name": functions[a][2], "callee_file": functions[b][0],
                   "callee_line": functions[b][1], "callee_name": functions[b][2],
                   **stat(*rest)} for a, b, *rest in edges],
        "threads": [{"pid": 1, "tid": 7, "name": "python", "ncalls": 3, "tottime_ns": 9, "raw_tottime_ns": 9,
                     "off_ns": 5, "runnable_ns": 1, "reasons": {"lock_ns": 4}, "idle_ns": 0, "switches": 0, "untold": 0, "untold_ns": 0,
                     "start_ns": 1, "end_ns": 2}],
        "tracks": [],
    }


def random_profile(seed, n):
    rng = random.Random(seed)
    names = ["f", "g", "helper", "<lambda>", "<module>", "na\u00efve", "\u95a2\u6570"]
    files = ["/a/b/x.py", "/a/c/x.py", "y.py", "<frozen os>", "/p q/z.py"]
    keys = set()
    while len(keys) < n:
        keys.add((rng.choice(files), rng.randrange(1, 90), rng.choice(names)))

    def stat():
        nc = rng.choice([1, 2, 7, 1000, 2 ** 31, 2 ** 40, rng.randrange(1, 10 ** 6)])
        tt = rng.randrange(0, 10 ** rng.randrange(1, 13))
        return nc, rng.randrange(0, nc + 1) if rng.random() < .3 else nc, tt, tt * rng.randrange(1, 9)

    functions = [(*k, *stat()) for k in sorted(keys, key=lambda k: rng.random())]
    pairs = {(rng.randrange(n), rng.randrange(n)) for _ in range(3 * n)}
    return profile(functions, [(a, b, *stat()) for a, b in sorted(pairs)])


def part(name):
    """A module of the package bpfprof, without the package's extension."""
    spec = importlib.util.spec_from_file_location(
        name, os.path.join(HERE, "..", "..", "user", "python", "bpfprof", name + ".py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # which dataclasses look into
    spec.loader.exec_module(module)
    return module


def random_results(results, seed):
    """Results as the package has them: a profiler with tracks and blocks."""
    rng = random.Random(seed)
    all_ = results.ProfilerResults("x")
    names = ["plain", "with, comma", 'with "quotes"', "n" * 60, "\u95a2\u6570", "na\u00efve", "two\nlines"]
    for idx in sorted(rng.sample(range(1024), 3)):
        track = all_.tracks.setdefault(idx, results.ProfileTrack(idx, rng.choice([None, "DB", "\u0394"])))
        track.enabled = rng.random() < .5
        for i, name in enumerate(names):
            block = track.add_block(i, name, rng.choice(["/a/b.py", "b.c", None]), rng.randrange(1, 99))
            for _ in range(rng.choice([1, 1000 if seed else 1234])):
                block.record_time(rng.choice([0, 1, 999, 1000, 999999, 10 ** 9, rng.randrange(10 ** rng.randrange(1, 12))]))
            block.own_time_ns = rng.randrange(block.total_time_ns + 1)
    return all_


def hits_json(block):
    return {"hit_count": block.hit_count, "total_time_ns": block.total_time_ns,
            "own_time_ns": block.own_time_ns, "avg_time_ns": block.avg_time_ns,
            "min_time_ns": block.min_time_ns, "max_time_ns": block.max_time_ns,
            "p50_ns": block.p50_ns, "p99_ns": block.p99_ns, "histogram": block.histogram}


def stored(results, group=None):
    """The same in bpfprof's JSON."""
    return [{"group": group, "track_idx": t.track_idx, "track_name": t.track_name, "enabled": t.enabled,
             "blocks": [{"name": b.name, "file": b.file, "line": b.line, **hits_json(b),
                         "pct_track": b.total_time_ns / t.total_time_ns * 100 if t.total_time_ns else 0.0,
                         "pct_total": b.total_time_ns / results.total_time_ns * 100,
                         "threads": [{"thread": 0, "tid": 7, **hits_json(b)}]} for b in t.blocks]}
            for t in results.tracks]


def run(*args):
    return subprocess.run([BPFPROF, "report", *args], capture_output=True, check=True).stdout


FAILED = []


def case(name, ok, why="differs from pstats"):
    print(f"ok golden {name}" if ok else f"not ok golden {name} - {why}")
    if not ok:
        FAILED.append(name)


def store(folder, name, data):
    path = os.path.join(folder, name + ".json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(data, f)
    return path, os.path.join(folder, name + ".prof")


def table_on_terminal(path, *env, columns=80, rows=9, clocks="wall,cpu"):
    """What -f table shows on a terminal of that size."""
    primary, secondary = pty.openpty()
    fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    p = subprocess.Popen(["env", "-u", "NO_COLOR", "TERM=xterm", *env, BPFPROF, "report", path, "-f", "table", "-c", clocks],
                         stdout=secondary)
    os.close(secondary)
    text = b""
    while True:
        try:
            part = os.read(primary, 65536)
        except OSError:
            break
        if not part:
            break
        text += part
    os.close(primary)
    p.wait()
    return text.decode().replace("\r\n", "\n")
