# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What bpfprof adds to each switch of a thread: how long its programs ran, as the kernel measures them, by what the
thread waited for; and how much more that is than where no more is told than how long it was away (plain.bpf.c), in
the same run, in turn. The measuring itself (two reads of the clock) is in all of them. In all: of one time that a
thread was switched off, woken and on again."""
import contextlib
import json
import os
import statistics
import subprocess
import sys

from tools import LAST_CPU, Bpfprof, Tool, floor

SWITCHES = 8000
TURNS = 3  # of each attach
STATS = "/proc/sys/kernel/bpf_stats_enabled"
# Two threads, each of which waits for the other by what KIND says, for N turns at each line of stdin.
TARGET = """
import os, resource, sys, threading, time
kind, n = sys.argv[1], int(sys.argv[2])
def pair():
    if kind in ("lock", "gil"):
        there, back = threading.Semaphore(0), threading.Semaphore(0)
        return (there.release, there.acquire), (back.release, back.acquire)
    ends = [os.pipe(), os.pipe()] if kind == "pipe" else None
    return [(lambda w=w: os.write(w, b"x"), lambda r=r: os.read(r, 1)) for r, w in ends]
def sleeps():
    for _ in range(n): time.sleep(1e-6)
def times_out():
    lock = threading.Lock()
    lock.acquire()
    for _ in range(n): lock.acquire(timeout=1e-6)
def turns():
    (tell, hear), (tell_back, hear_back) = pair()
    def other():
        if kind == "gil":  # it takes the CPU at once when it is woken up, while the GIL is the other's yet
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        for _ in range(n):
            hear()
            tell_back()
    t = threading.Thread(target=other)
    t.start()
    for _ in range(n):
        tell()
        hear_back()
    t.join()
def switches():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_nvcsw + used.ru_nivcsw
print("ready", flush=True)
for line in sys.stdin:
    was = switches()
    {"sleep": sleeps, "alone": times_out}.get(kind, turns)()
    print(switches() - was, flush=True)
"""
KINDS = {"sleep": "asleep", "alone": "a lock", "lock": "locks in turn, with or without waits for the GIL",
         "gil": "locks in turn, the GIL waited for twice each turn, and who holds it",
         "pipe": "a pipe, told from files by its descriptor"}


@contextlib.contextmanager
def measured():
    """The kernel times programs."""
    with open(STATS, encoding="utf-8") as f:
        was = f.read()
    with open(STATS, "w", encoding="utf-8") as f:
        f.write("1")
    try:
        yield
    finally:
        with open(STATS, "w", encoding="utf-8") as f:
            f.write(was)


def programs(me):
    """The numbers of those that the process holds."""
    for fd in os.listdir(f"/proc/{me}/fdinfo"):
        with contextlib.suppress(OSError), open(f"/proc/{me}/fdinfo/{fd}", encoding="utf-8") as f:
            yield from (int(line.split()[1]) for line in f if line.startswith("prog_id:"))


WITH, WITHOUT = ("bpfp_switch", "bpfp_wakeup"), ("plain_switch", "plain_wakeup")


def ran(me, names):
    """Nanoseconds and runs of its programs of these names, in turn."""
    mine = set(programs(me))
    found = json.loads(subprocess.run(["bpftool", "-j", "prog", "show"], check=True, capture_output=True).stdout)
    for name in names:
        named = [p for p in found if p["id"] in mine and p.get("name") == name]
        yield sum(p.get("run_time_ns", 0) for p in named)
        yield sum(p.get("run_cnt", 0) for p in named)


def turn(tool, target, names):
    """ns of a run of each program, and of both by each switch of the target."""
    was = list(ran(tool.p.pid, names))
    target.stdin.write("go\n")
    target.stdin.flush()
    times = int(target.stdout.readline())
    switch_ns, switch_runs, wakeup_ns, wakeup_runs = (now - before for now, before in zip(ran(tool.p.pid, names), was))
    return switch_ns / max(switch_runs, 1), wakeup_ns / max(wakeup_runs, 1), (switch_ns + wakeup_ns) / max(times, 1)


def without_strips(build, pid):
    return Tool([f"{build}/bpfprof", "--backend=inline", "-v", "-p", str(pid), "-o", os.devnull, "-f", "pstats"],
                b"profiling process")


def row(what, each, plain=None):
    medians = [statistics.median(v) for v in zip(*each)]
    more = ["" if plain is None else f" ({m - p:+.0f})" for m, p in zip(medians, plain or medians)]
    print(f"    {what:12} " + ", ".join(f"{name} {ns:4.0f} ns{by}" for name, ns, by in
                                     zip(("switch", "wakeup", "in all"), medians, more)), flush=True)
    return medians


def kind_row(build, kind, rounds):
    target = subprocess.Popen(["/usr/bin/python3", "-c", TARGET, kind, str(SWITCHES)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True, preexec_fn=lambda: os.sched_setaffinity(0, {LAST_CPU}))
    target.stdout.readline()
    each = {"time alone": [], "and reasons": [], "and strips": []}
    tools = {"time alone": lambda: floor(build, target.pid, "switch"),
             "and reasons": lambda: without_strips(build, target.pid),
             "and strips": lambda: Bpfprof(build, target.pid, "inline")}
    try:
        for _ in range(rounds):
            for name, attach in tools.items():
                with attach() as tool:
                    each[name] += [turn(tool, target, WITHOUT if name == "time alone" else WITH) for _ in range(TURNS)]
    finally:
        target.kill()
        target.wait()
    print(f"  {KINDS[kind]}:")
    plain = row("time alone", each["time alone"])
    for name in ("and reasons", "and strips"):
        row(name, each[name], plain)


def switches(build, rounds):
    print(" what a switch costs, other programs' included, by what the thread waits for:")
    with measured():
        for kind in KINDS:
            kind_row(build, kind, rounds)


if __name__ == "__main__":
    switches(sys.argv[1], int(sys.argv[2]))
