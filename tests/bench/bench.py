# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What profiling costs, as medians and ratios of one run. bench.py BUILD NAME PYTHON...

One live Python process is measured again and again: alone, then with each tool attached in turn,
so that all see the same machine at the same time. Nothing here is a test: figures are printed.
"""
import os
import re
import signal
import statistics
import subprocess
import sys
import time

BUILD, NAME, TARGET, *PYTHON = sys.argv[1:]
ROUNDS = int(os.environ.get("ROUNDS", "5"))
LAST_CPU = max(os.sched_getaffinity(0))  # the targets'; whoever measures may have the others
HERE = os.path.dirname(os.path.abspath(__file__))
BPFTRACE = """
BEGIN { printf("ready\\n"); }
usdt:%(path)s:python:function__entry { @depth[tid]++; @start[tid, @depth[tid]] = nsecs; @name[tid, @depth[tid]] = str(arg1); }
usdt:%(path)s:python:function__return /@depth[tid]/ {
  @inclusive[@name[tid, @depth[tid]]] = sum(nsecs - @start[tid, @depth[tid]]);
  delete(@start[tid, @depth[tid]]); delete(@name[tid, @depth[tid]]); @depth[tid]--; }
"""


class Target:
    def __init__(self):
        self.p = subprocess.Popen([*PYTHON, TARGET], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True,
                                  preexec_fn=lambda: os.sched_setaffinity(0, {LAST_CPU}))
        self.p.stdout.readline()
        self.pid = self.p.pid

    def run(self, kind, n):
        self.p.stdin.write(f"{kind} {n}\n")
        self.p.stdin.flush()
        return float(self.p.stdout.readline())

    def close(self):
        self.p.stdin.close()
        self.p.wait()


class Tool:
    """A tool attached to the target: from its word that it is ready to its end."""
    def __init__(self, args, word, stop=signal.SIGINT):
        self.stop = stop
        begin = time.perf_counter()
        self.p = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
        seen = b""
        while word not in seen:
            more = os.read(self.p.stdout.fileno(), 4096)
            if not more:
                raise RuntimeError(f"{args[0]}: {seen.decode(errors='replace').strip()[:200]}")
            seen += more
        self.said = seen
        self.attach_s = time.perf_counter() - begin

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.stop:
            self.p.send_signal(self.stop)
        self.p.communicate()


def bpfprof(pid, backend, *more):
    return Tool([f"{BUILD}/bpfprof", f"--backend={backend}", "-p", str(pid), *more,
                 "-o", "/dev/null", "-f", "json"], b"profiling process")


def floor(pid, kind):
    return Tool([f"{BUILD}/tests/bench/floor", kind, str(pid)], b"ready", stop=None)


def bpftrace(pid):
    """bpftrace 0.17 cannot read a note's arguments for a process in a chroot: there it is given
    the file alone, of which the target is then the only process."""
    script = BPFTRACE % {"path": os.readlink(f"/proc/{pid}/exe")}
    only = ["-p", str(pid)] if os.readlink(f"/proc/{pid}/root") == "/" else []
    return Tool(["bpftrace", "-B", "line", *only, "-e", script], b"ready")


def memory():
    """MiB of kernel memory of the default tables, as the man page states it."""
    page = subprocess.run([f"{BUILD}/bpfprof", "man"], capture_output=True, text=True).stdout
    return float(re.search(r"about ([0-9]+) MiB", page).group(1))


def median(values):
    return statistics.median(values)


USDT = NAME in ("3.9", "3.15")

# What is attached in turn; each eval row has its floor: two empty programs on the same sites.
TOOLS = {
    "inline": lambda pid: bpfprof(pid, "inline"),
    "eval": lambda pid: bpfprof(pid, "eval"),
    "empty on nop5": lambda pid: floor(pid, "eval5"),
    "empty on nop1": lambda pid: floor(pid, "eval1"),
}
USDT_TOOLS = {
    "inline": lambda pid: bpfprof(pid, "inline"),
    "usdt": lambda pid: bpfprof(pid, "usdt"),
    "empty on probes": lambda pid: floor(pid, "usdt"),
    "bpftrace": bpftrace,
}
RATIOS = [("inline", "cProfile"), ("inline", "sys.monitoring"), ("eval", "empty on nop5"), ("eval", "empty on nop1"), ("usdt", "empty on probes"),
          ("usdt", "bpftrace"), ("eval", "cProfile"), ("usdt", "cProfile")]


def per_call(target):
    """Added ns per call by each tool, alternating."""
    tools = dict(TOOLS, **(USDT_TOOLS if USDT else {}))
    alone, added = [], {name: [] for name in tools}
    attach, stopped = {name: [] for name in tools}, []
    inside = {"cProfile": "cprofile"}
    if tuple(map(int, NAME.split("-")[0].split("."))) >= (3, 12):
        inside["sys.monitoring"] = "monitoring"
    added.update({name: [] for name in inside})
    for _ in range(ROUNDS):
        base = target.run("fib", 22)
        alone.append(base)
        for name, kind in inside.items():
            added[name].append(target.run(kind, 20) - base)
        for name in list(tools):
            try:
                with tools[name](target.pid) as tool:
                    added[name].append(target.run("fib", 24 if name == "inline" else 20) - base)
                    attach[name].append(tool.attach_s)
                    if b"stood still for" in tool.said:
                        stopped.append(float(tool.said.split(b"stood still for ")[1].split()[0]))
            except (RuntimeError, OSError) as e:
                print(f"  {name}: not measured: {e}")
                del tools[name], added[name]
    print(f"{NAME}: {median(alone):.1f} ns a call alone; added by")
    for name, values in added.items():
        print(f"  {name:16} {median(values):8.0f} ns  ({min(values):.0f} to {max(values):.0f})")
    for mine, other in RATIOS:
        if mine in added and other in added:
            print(f"  {mine} / {other:16} {median(added[mine]) / median(added[other]):6.2f}")
    for name in ("inline", "eval", "usdt"):
        if name in tools:
            print(f"  {name}: {1000 * median(attach[name]):.0f} ms from start to counting")
    print(f"  inline, eval: the target stood still for {median(stopped):.1f} ms")
    print(f"  memory of the tables by default: {memory():.0f} MiB")
    print(f"  after all of them: {median([target.run('fib', 22) for _ in range(ROUNDS)]):.1f} ns "
          "a call")


def scaling(target, backend):
    """ns per call under bpfprof, and alone, as the program grows."""
    print(f" {backend}, as the program grows:")
    cases = [("functions", n) for n in (10, 1000, 100000)]
    cases += [("threads", n) for n in (1, 200)] + [("deep", n) for n in (10, 900, 10000)]
    for kind, n in cases:
        if kind == "deep" and n > 900 and (backend != "usdt" or NAME == "3.9"):
            continue  # such depth needs a larger C stack
        alone, under = [], []
        for _ in range(ROUNDS):
            alone.append(target.run(kind, n))
            with bpfprof(target.pid, backend, "--max-functions", "131072"):
                under.append(target.run(kind, n))
        print(f"  {kind:9} {n:6}: alone {median(alone):7.1f}, with bpfprof {median(under):7.0f}, "
              f"added {median(under) - median(alone):7.0f} ns a call")


def bystander(target):
    """Another process on the same interpreter file while the first is profiled."""
    other = Target()
    alone, beside = [], []
    for _ in range(ROUNDS):
        alone.append(other.run("fib", 22))
        with bpfprof(target.pid, "auto"):
            beside.append(other.run("fib", 22))
    other.close()
    print(f"  another process on the same binary: {median(alone):.1f} ns a call alone, "
          f"{median(beside):.1f} while the first is profiled")


def main():
    target = Target()
    per_call(target)
    for backend in ["inline", "eval"] + ["usdt"] * USDT:
        scaling(target, backend)
    bystander(target)
    target.close()


main()
