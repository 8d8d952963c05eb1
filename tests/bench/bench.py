# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What profiling costs, as medians and ratios of one run. bench.py BUILD NAME TARGET PYTHON...

One live Python process is measured again and again: alone, then with each tool in turn, so that
all see the same machine at the same time; what a tool adds is taken against the measurement just
before it. Nothing here is a test: figures are printed. But where bpfprof reports a loss, no figure
is. ROUNDS= (5) and PARTS= (calls builtins inline eval usdt programs paths perturbs start proof page watched
merged switches children server soak) choose how much; a backend's name stands for how its cost grows with the program, and
the last seven, whose figures are of no interpreter, come with 3.11.
"""
import os
import re
import statistics
import subprocess
import sys

from children import children
from merged import merged
from page import page
from paths import costs
from proof import proof, real
from server import server
from short import shapes, start
from soak import soak
from switches import switches
from tools import Bpfprof, Killed, Target, bpftrace, clock_floor, floor
from watched import watched

BUILD, NAME, TARGET, *PYTHON = sys.argv[1:]
COMMAND = [*PYTHON, TARGET]
ROUNDS = int(os.environ.get("ROUNDS", "5"))
PARTS = os.environ.get("PARTS", "calls builtins inline eval usdt programs paths perturbs start proof page watched merged switches children server soak").split()
USDT = NAME in ("3.9", "3.15")


def median(values):
    return statistics.median(values)


def bpfprof(pid, backend, *more):
    return Bpfprof(BUILD, pid, backend, *more)


# Attached in turn, with the fib to run under it; each eval row has its floor: two empty programs
# on the same sites.
OUTSIDE = {
    "inline": (24, lambda pid: bpfprof(pid, "inline")),
    "left by a killed": (24, lambda pid: Killed(BUILD, pid)),
    "eval": (20, lambda pid: bpfprof(pid, "eval")),
    "empty on nop5": (20, lambda pid: floor(BUILD, pid, "eval5")),
    "empty on nop1": (20, lambda pid: floor(BUILD, pid, "eval1")),
}
OUTSIDE_USDT = {
    "usdt": (20, lambda pid: bpfprof(pid, "usdt")),
    "empty on probes": (20, lambda pid: floor(BUILD, pid, "usdt")),
    "bpftrace": (20, bpftrace),
}
INSIDE = ["cProfile", "profiling.tracing", "yappi", "sys.monitoring"]
RATIOS = [("inline", "sys.monitoring"), ("inline", "yappi"), ("eval", "empty on nop5"),
          ("eval", "empty on nop1"), ("usdt", "empty on probes"), ("usdt", "bpftrace")]


def least(target, work, n, profiler="none", times=3):
    """ns per call, the least of several: each is a few ms, and others use the machine too."""
    runs = [target.run(work, n, profiler) for _ in range(times)]
    return None if None in runs else min(runs)


class Calls:
    """Added ns per call by each tool."""
    def __init__(self, target):
        self.target = target
        self.outside = dict(OUTSIDE, **(OUTSIDE_USDT if USDT else {}))
        self.alone = []
        self.added = {name: [] for name in ["inline", *INSIDE, *self.outside]}
        self.missing = {}
        self.attach, self.stopped = {}, []

    def note(self, name, base, ns):
        if ns is None:
            self.missing[name] = "not available"
        else:
            self.added[name].append(ns - base)

    def base(self):
        self.alone.append(least(self.target, "fib", 24))
        return self.alone[-1]

    def attached(self, name, n, attach):
        base = self.base()
        try:
            with attach(self.target.pid) as tool:
                self.note(name, base, least(self.target, "fib", n))
        except (RuntimeError, OSError) as e:
            self.missing[name] = f"not measured: {e}"
            return
        self.attach.setdefault(name, []).append(tool.attach_s)
        if b"stood still for" in tool.said:
            self.stopped.append(float(tool.said.split(b"stood still for ")[1].split()[0]))

    def measure(self):
        for _ in range(ROUNDS):
            for name, (n, attach) in self.outside.items():
                if name not in self.missing:
                    self.attached(name, n, attach)
            for name in INSIDE:
                if name not in self.missing:
                    self.note(name, self.base(), least(self.target, "fib", 24, name))

    def show_row(self, name):
        if name in self.missing:
            print(f"  {name:18} {self.missing[name]}")
            return
        ns = self.added[name]
        print(f"  {name:18} {median(ns):6.0f} ns  ({min(ns):.0f} to {max(ns):.0f})  "
              f"{median(ns) / median(self.added['cProfile']):6.2f} x cProfile")

    def show(self):
        print(f"{NAME}: {median(self.alone):.1f} ns a call alone; added by")
        for name in self.added:
            self.show_row(name)
        for mine, other in RATIOS:
            if self.added.get(mine) and self.added.get(other):
                print(f"  {mine} / {other:16} "
                      f"{median(self.added[mine]) / median(self.added[other]):6.2f}")
        clock, trampoline = clock_floor(BUILD)
        print(f"  two looks at the clock {clock:.0f} ns, two empty trampolines with one each {trampoline:.0f}")
        if self.added["inline"]:
            print(f"  inline / such trampolines {median(self.added['inline']) / trampoline:6.2f}")
        for name in ("inline", "eval", "usdt"):
            if name in self.attach:
                print(f"  {name}: {1000 * median(self.attach[name]):.0f} ms from start to counting")
        print(f"  inline, eval: the target stood still for {median(self.stopped):.1f} ms")
        print(f"  memory of the tables by default: {memory():.0f} MiB")
        print(f"  after all of them: {self.base():.1f} ns a call alone", flush=True)


def memory():
    """MiB of kernel memory of the default tables, as the man page states it."""
    page = subprocess.run([f"{BUILD}/bpfprof", "man"], capture_output=True, text=True).stdout
    return float(re.search(r"about ([0-9]+) MiB", page).group(1))


# Sizes as the program grows: of the cheap backend, and of those that trap.
GROWTH = {
    "inline": {"functions": (10, 100, 1000, 10000, 100000), "scattered": (1000, 10000, 100000),
               "threads": (1, 2, 16, 1000), "deep": (1, 10, 100, 900)},
    "eval": {"functions": (10, 100000), "threads": (1, 16), "deep": (1, 900)},
    # such depth needs a larger C stack, which only 3.9 without a stub is known to have
    "usdt": {"functions": (10, 100000), "threads": (1, 16),
             "deep": (1, 900, 10000) if NAME == "3.9" else (1, 900)},
}


# Room for all functions called here, so that no table is more than half full.
ROOM = ["--max-functions", "262144", "--max-edges", "262144", "--max-threads", "4096"]


def growth_row(target, backend, kind, n):
    """Beside inline stands cProfile, except for threads, of which it sees one before 3.12."""
    beside = "cProfile" if backend == "inline" and kind != "threads" else None
    times = 3 if backend == "inline" else 1
    alone, added, others = [], [], []
    for _ in range(ROUNDS):
        alone.append(least(target, kind, n, times=times))
        with bpfprof(target.pid, backend, *ROOM):
            added.append(least(target, kind, n, times=times) - alone[-1])
        if beside:
            others.append(least(target, kind, n, beside) - alone[-1])
    print(f"  {kind:9} {n:6}: {median(alone):6.1f} ns a call alone, bpfprof adds "
          f"{median(added):6.0f}" + (f", {beside} {median(others):6.0f}" if beside else ""),
          flush=True)


def attempt(what, row, *args):
    """A row of the table, or why there is none."""
    try:
        row(*args)
    except RuntimeError as e:
        print(f"  {what}: no figure: {e}", flush=True)


def growth(target, backend):
    print(f" {backend}, as the program grows:")
    for kind, sizes in GROWTH[backend].items():
        for n in sizes:
            attempt(f"{kind} {n}", growth_row, target, backend, kind, n)


# Real programs (programs/*.py), with a size that takes a few tenths of a second.
PROGRAMS = {"rst": 60, "template": 250, "echo": 1200, "text": 180}


def program_row(target, name, n):
    """Ratios of a run under a tool to the run before it, without. Interpreter start is in none."""
    alone, under, other = [], [], []
    target.run(name, n)
    for _ in range(ROUNDS):
        alone.append(target.run(name, n))
        with bpfprof(target.pid, "inline") as tool:
            under.append(target.run(name, n) / alone[-1])
        alone.append(target.run(name, n))
        other.append(target.run(name, n, "cProfile") / alone[-1])
    calls = tool.report["totals"]["ncalls"]
    print(f"  {name:9} {median(alone) / 1e9:6.3f} s alone, {calls / median(alone) * 1e3:5.2f} M "
          f"calls a second; with inline x {median(under):5.3f} ({min(under):.2f} to "
          f"{max(under):.2f}), with cProfile x {median(other):5.3f} ({min(other):.2f} to "
          f"{max(other):.2f}); nothing lost", flush=True)


def programs():
    target = Target(COMMAND)
    print(" real programs, cProfile enabled around the run inside the process, as -m cProfile does:")
    for name, n in PROGRAMS.items():
        attempt(name, program_row, target, name, n)
    target.close()


def bystander(target):
    """Another process on the same interpreter file while the first is profiled."""
    other = Target(COMMAND)
    alone, beside = [], []
    for _ in range(ROUNDS):
        alone.append(other.run("fib", 22))
        with bpfprof(target.pid, "auto"):
            beside.append(other.run("fib", 22))
    other.close()
    print(f"  another process on the same binary: {median(alone):.1f} ns a call alone, "
          f"{median(beside):.1f} while the first is profiled")


# Calls with C functions as rows: what is called, and what it is called here.
ROWS_OF = {"builtin": "len()", "method": "a method of C", "python": "an empty function"}


def builtins_row(target, work):
    """Empty callbacks are the least that a tool of sys.monitoring costs (3.12 on)."""
    alone, added = [], {"bpfprof": [], "empty_callbacks": [], "cProfile": []}
    for _ in range(ROUNDS):
        alone.append(least(target, work, 20000, times=20))
        with bpfprof(target.pid, "inline", "--builtins=require"):
            added["bpfprof"].append(least(target, work, 20000, times=20) - alone[-1])
        alone.append(least(target, work, 20000, times=20))
        for other in ("empty_callbacks", "cProfile"):
            ns = least(target, work, 20000, other, times=20)
            if ns is not None:
                added[other].append(ns - alone[-1])
    beside = median(added["cProfile"])
    print(f"  {ROWS_OF[work]:17} {median(alone):5.1f} ns alone; added by " + ", ".join(
        f"{name.replace('_', ' ')} {median(ns):.0f} ({median(ns) / beside:.2f})"
        for name, ns in added.items() if ns), flush=True)


def plain_row(target):
    """Up to 3.11 each instruction takes longer while the thread has a profile function."""
    alone, times = [], {"bpfprof": [], "cProfile": []}
    for _ in range(ROUNDS):
        alone.append(least(target, "plain", 20000, times=20))
        with bpfprof(target.pid, "inline", "--builtins=require"):
            times["bpfprof"].append(least(target, "plain", 20000, times=20) / alone[-1])
        alone.append(least(target, "plain", 20000, times=20))
        times["cProfile"].append(least(target, "plain", 20000, "cProfile", times=20) / alone[-1])
    print(f"  a turn of a loop that calls nothing: {median(alone):.1f} ns alone; with " + ", ".join(
        f"{name} x {median(x):.2f} ({min(x):.2f} to {max(x):.2f})" for name, x in times.items()), flush=True)


def builtins(target):
    print(" with C functions as rows (--builtins), beside cProfile:")
    for work in ROWS_OF:
        attempt(ROWS_OF[work], builtins_row, target, work)
    attempt("a loop that calls nothing", plain_row, target)


WALKS = (0, 4, 16, 64, 256)  # KiB that each call reads: of a first cache, and of a second
TURN_CALLS = {"none": 4000000, "inline": 2000000, "eval": 200000, "usdt": 200000}


def walks(target, backend):
    """What a call that uses the caches itself has of profiling outside its time: the own time of the
    loop that calls it, by the call."""
    with bpfprof(target.pid, backend) as profiler:
        for _ in range(ROUNDS):
            for kib in WALKS:
                target.run("walk", kib)
    own = {f["name"]: (f["raw_tottime_ns"] - f["own_off_ns"]) / f["child_calls"]
           for f in profiler.report["functions"] if f["name"].startswith("walk_")}
    print(f"  {backend}, a turn of a loop over a call that reads " + "; ".join(
        f"{kib} KiB: {own[f'walk_{kib}']:.0f} ns" for kib in WALKS), flush=True)


def turns(target, backend):
    n = TURN_CALLS[backend]
    if backend == "none":
        calls, ns = target.run("calls_a_turn", n), target.run("turn", n)
    else:
        with bpfprof(target.pid, backend):
            calls, ns = target.run("calls_a_turn", n), target.run("turn", n)
    print(f"  {backend}: {calls:.0f} calls in each turn with the GIL, {ns / 1e6:.2f} ms long",
          flush=True)


def slot(target):
    """The evaluator's slot alone: the stub calls on, and nothing is at its markers."""
    added = []
    for _ in range(ROUNDS):
        alone = least(target, "fib", 24)
        with floor(BUILD, target.pid, "slot"):
            added.append(least(target, "fib", 24) - alone)
    print(f"  the slot alone: {median(added):.0f} ns a call ({min(added):.0f} to {max(added):.0f})")


def perturbs(backends):
    target = Target(COMMAND)
    print(" what profiling changes besides:")
    attempt("slot", slot, target)
    for backend in backends:
        attempt(f"{backend}, caches", walks, target, backend)
    print("  two threads that only call, for 5 ms each by CPython's rule:")
    for backend in ["none", *backends]:
        attempt(f"{backend}, GIL", turns, target, backend)
    target.close()


def main():
    target = Target(COMMAND)
    if "calls" in PARTS:
        calls = Calls(target)
        calls.measure()
        calls.show()
        bystander(target)
    if "builtins" in PARTS:
        builtins(target)
    for backend in ["inline", "eval"] + ["usdt"] * USDT:
        if backend in PARTS:
            growth(target, backend)
    target.close()
    if "programs" in PARTS:
        programs()
    if "paths" in PARTS:
        costs(BUILD, COMMAND, PROGRAMS, attempt, ROUNDS)
    backends = ["inline", "eval"] + ["usdt"] * USDT
    if "perturbs" in PARTS:
        perturbs(backends)
    if "start" in PARTS:
        attempt("start", start, BUILD, PYTHON, backends, ROUNDS)
    if "proof" in PARTS:
        shape = os.path.join(os.path.dirname(TARGET), "shapes.py")
        attempt("shapes", shapes, BUILD, [*PYTHON, shape], backends, ROUNDS)
        known = os.path.join(os.path.dirname(TARGET), "known.py")
        attempt("proof", proof, BUILD, [*PYTHON, known], backends, ROUNDS)
        if os.environ.get("UNDER_PERF"):
            attempt("samples", real, BUILD, COMMAND, os.environ["UNDER_PERF"].split(), backends,
                    "rst", 200)
    for name, part in {"page": page, "watched": watched, "merged": merged, "switches": switches, "children": children, "server": server,
                       "soak": soak}.items():
        if name in PARTS and NAME == "3.11":
            attempt(name, part, BUILD, ROUNDS)


main()
