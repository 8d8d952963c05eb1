# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What short and sleepy programs show: how true their corrected times are, and what a start costs.

Times of shapes.py are those on a CPU, the least of several runs, alone and profiled in turn. What is
left of the profiler is judged by its own stated error, or by 15 %."""
import json
import os
import statistics
import subprocess
import tempfile
import time

from tools import Bpfprof, LAST_CPU, Target

SHAPES = ("bursty", "steady", "short", "idle")
WITHIN = 0.15


class Shape(Target):
    def once(self):
        self.p.stdin.write("\n")
        self.p.stdin.flush()
        return int(self.p.stdout.readline())


def on_cpu(report, name):
    """(corrected, raw, error) ns of a function and all it calls."""
    f = next(f for f in report["functions"] if f["name"] == name and
             os.path.basename(f["file"]) == "shapes.py")
    return (f["cumtime_ns"] - f["cum_off_ns"], f["raw_cumtime_ns"] - f["cum_off_ns"],
            report["totals"]["error_ns"])


def show(backend, shape, alone, profiled):
    true = min(alone)
    ns, raw, error = min(profiled)
    good = abs(ns - true) <= max(WITHIN * true, error)
    print(f"  {backend:7} {shape:7} alone {true / 1e6:8.3f} ms (median {statistics.median(alone) / 1e6:.3f}),"
          f" raw {100 * (raw / true - 1):+8.1f} %, corrected {100 * (ns / true - 1):+7.1f} %, stated "
          f"+- {100 * error / true:.1f} %{'' if good else '  !'}", flush=True)


def attached(build, command, backend, shape, rounds):
    target = Shape([*command, shape, "2000" if backend == "inline" else "30"])
    alone, profiled = [], []
    for _ in range(rounds):
        alone.append(target.once())
        with Bpfprof(build, target.pid, backend) as profiler:
            target.once()
        profiled.append(on_cpu(profiler.report, shape))
    target.close()
    show(backend, shape, alone, profiled)


def launched(build, command, backend, rounds):
    def run(*before):
        return int(subprocess.run([*before, *command, "fresh"], stderr=subprocess.PIPE,
                                  check=True, text=True).stderr.splitlines()[-1])

    alone, profiled = [], []
    for _ in range(rounds):
        alone.append(run())
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            run(f"{build}/bpfprof", "-q", f"--backend={backend}", "-o", file.name, "--")
            with open(file.name) as written:  # in its place
                profiled.append(on_cpu(json.load(written), "fresh"))
    show(backend, "fresh", alone, profiled)


def shapes(build, command, backends, rounds):
    print(" shapes: on a CPU, least of several; ! is beyond 15 % and beyond the stated error:")
    for backend in backends:
        for shape in SHAPES:
            attached(build, command, backend, shape, rounds)
        launched(build, command, backend, rounds)


def seconds(*command):
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def start(build, python, backends, rounds):
    """The whole run of a program that does nothing; attached, of one that sleeps."""
    sleeper = subprocess.Popen([*python, "-c", "import time\nwhile True: time.sleep(.05)"],
                               preexec_fn=lambda: os.sched_setaffinity(0, {LAST_CPU}))
    tools = {"alone": [*python, "-c", "pass"],
             "cProfile": [*python, "-c", "import cProfile; cProfile.run('pass')"]}
    for b in backends:
        tools[b] = [f"{build}/bpfprof", f"--backend={b}", "--", *python, "-c", "pass"]
        tools[f"{b} -p"] = [f"{build}/bpfprof", f"--backend={b}", "-p", str(sleeper.pid), "-d", ".1"]
    with tempfile.TemporaryDirectory() as state:
        os.environ["BPFPROF_STATE"] = state
        taken = {name: [seconds(*command) for _ in range(rounds)]
                 for name, command in tools.items()}  # the first of them measure the constants
        first = {name: s[0] for name, s in taken.items()}
        taken = {name: [] for name in tools}
        for _ in range(rounds):
            for name, command in tools.items():
                taken[name].append(seconds(*command))
    sleeper.kill()
    sleeper.wait()
    base = statistics.median(taken["cProfile"])
    print(" start: seconds, median; by cProfile's; and the very first time, when constants are found:")
    for name, s in taken.items():
        less = .1 if name.endswith("-p") else 0
        print(f"  {name:10} {statistics.median(s) - less:6.3f} ({min(s) - less:.3f} to "
              f"{max(s) - less:.3f})  {(statistics.median(s) - less) / base:6.2f} x; first "
              f"{first[name] - less:.3f}", flush=True)
