# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What bpfprof adds to each switch of a thread: how long its programs ran, as the kernel measures them, for each
time that the program was switched off, by what it waited for. The measuring itself (two reads of the clock)
is in all of them."""
import contextlib
import json
import os
import statistics
import subprocess
import sys

from tools import LAST_CPU, Bpfprof

SWITCHES = 20000
STATS = "/proc/sys/kernel/bpf_stats_enabled"
# Two threads, each of which waits for the other by what KIND says, for N turns at each line of stdin.
TARGET = """
import os, sys, threading, time
kind, n = sys.argv[1], int(sys.argv[2])
def pair():
    if kind == "lock":
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
        for _ in range(n):
            hear()
            tell_back()
    t = threading.Thread(target=other)
    t.start()
    for _ in range(n):
        tell()
        hear_back()
    t.join()
print("ready", flush=True)
for line in sys.stdin:
    {"sleep": sleeps, "alone": times_out}.get(kind, turns)()
    print("done", flush=True)
"""
KINDS = {"sleep": "asleep", "alone": "a lock", "lock": "locks in turn, and who holds the GIL",
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


def ran(me, name):
    """Nanoseconds and runs of bpfprof's programs of that name."""
    mine = set(programs(me))
    found = json.loads(subprocess.run(["bpftool", "-j", "prog", "show"], check=True, capture_output=True).stdout)
    named = [p for p in found if p["id"] in mine and p.get("name") == name]
    return sum(p.get("run_time_ns", 0) for p in named), sum(p.get("run_cnt", 0) for p in named)


def once(build, target, name):
    with Bpfprof(build, target.pid, "inline") as tool:
        was = ran(tool.p.pid, name)
        target.stdin.write("go\n")
        target.stdin.flush()
        target.stdout.readline()
        now = ran(tool.p.pid, name)
    return now[0] - was[0], now[1] - was[1]


def kind_row(build, kind, rounds):
    target = subprocess.Popen(["/usr/bin/python3", "-c", TARGET, kind, str(SWITCHES)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True, preexec_fn=lambda: os.sched_setaffinity(0, {LAST_CPU}))
    target.stdout.readline()
    try:
        for name in ("bpfp_switch", "bpfp_wakeup"):
            each = [ns / runs for ns, runs in (once(build, target, name) for _ in range(rounds)) if runs]
            print(f"  {KINDS[kind]}: {name} {statistics.median(each):.0f} ns ({min(each):.0f} to {max(each):.0f})", flush=True)
    finally:
        target.kill()
        target.wait()


def switches(build, rounds):
    print(" what a switch costs, other programs' included, by what the thread waits for:")
    with measured():
        for kind in KINDS:
            kind_row(build, kind, rounds)


if __name__ == "__main__":
    switches(sys.argv[1], int(sys.argv[2]))
