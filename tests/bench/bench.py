# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What profiling costs, as medians and ratios of one run. bench.py BUILD NAME PYTHON...

One live Python process is measured again and again: alone, then with each tool attached in turn,
so that all see the same machine at the same time. Nothing here is a test: figures are printed.
"""
import os
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
        self.attach_s = time.perf_counter() - begin

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.stop:
            self.p.send_signal(self.stop)
        self.p.communicate()


def bpfprof(pid, *more):
    return Tool([f"{BUILD}/bpfprof", "--usdt", "-p", str(pid), *more, "-o", "/dev/null", "-f",
                 "json"], b"profiling process")


def floor(pid):
    return Tool([f"{BUILD}/tests/bench/floor", str(pid)], b"ready", stop=None)


def bpftrace(pid):
    """bpftrace 0.17 cannot read a note's arguments for a process in a chroot: there it is given
    the file alone, of which the target is then the only process."""
    script = BPFTRACE % {"path": os.readlink(f"/proc/{pid}/exe")}
    only = ["-p", str(pid)] if os.readlink(f"/proc/{pid}/root") == "/" else []
    return Tool(["bpftrace", "-B", "line", *only, "-e", script], b"ready")


def memory():
    """MiB of kernel memory of the default tables, as the man page states it."""
    page = subprocess.run([f"{BUILD}/bpfprof", "man"], capture_output=True, text=True).stdout
    return float(page.split(" MiB")[0].split()[-1])


def median(values):
    return statistics.median(values)


def per_call(target):
    """Added ns per call by each tool, alternating."""
    tools = {"empty programs": floor, "bpfprof": bpfprof, "bpftrace": bpftrace}
    alone, added, attach = [], {name: [] for name in tools}, []
    added["cProfile"] = []
    for _ in range(ROUNDS):
        base = target.run("fib", 22)
        alone.append(base)
        added["cProfile"].append(target.run("cprofile", 20) - base)
        for name in list(tools):
            try:
                with tools[name](target.pid) as tool:
                    added[name].append(target.run("fib", 20) - base)
                    if name == "bpfprof":
                        attach.append(tool.attach_s)
            except (RuntimeError, OSError) as e:
                print(f"  {name}: not measured: {e}")
                del tools[name], added[name]
    print(f"{NAME}: {median(alone):.1f} ns a call alone; added by")
    for name, values in added.items():
        print(f"  {name:16} {median(values):8.0f} ns  ({min(values):.0f} to {max(values):.0f})")
    mine = median(added["bpfprof"])
    for name in added:
        if name != "bpfprof":
            print(f"  bpfprof / {name:16} {mine / median(added[name]):6.2f}")
    print(f"  memory of the tables by default: {memory():.0f} MiB")
    print(f"  attach to ready: {1000 * median(attach):.0f} ms; alone again after it: "
          f"{target.run('fib', 22):.1f} ns a call")


def scaling(target):
    """ns per call under bpfprof, and alone, as the program grows."""
    cases = [("functions", n) for n in (10, 1000, 100000)]
    cases += [("threads", n) for n in (1, 200)] + [("deep", n) for n in (10, 900, 10000)]
    for kind, n in cases:
        if kind == "deep" and n > 900 and NAME < "3.11" and len(NAME) == 3:
            continue  # before 3.11 such depth needs a larger C stack
        alone, under = [], []
        for _ in range(ROUNDS):
            alone.append(target.run(kind, n))
            with bpfprof(target.pid, "--max-functions", "131072"):
                under.append(target.run(kind, n))
        print(f"  {kind:9} {n:6}: alone {median(alone):7.1f}, with bpfprof {median(under):7.0f}, "
              f"added {median(under) - median(alone):7.0f} ns a call")


def bystander(target):
    """Another process on the same interpreter file while the first is profiled."""
    other = Target()
    alone, beside = [], []
    for _ in range(ROUNDS):
        alone.append(other.run("fib", 22))
        with bpfprof(target.pid):
            beside.append(other.run("fib", 22))
    other.close()
    print(f"  another process on the same binary: {median(alone):.1f} ns a call alone, "
          f"{median(beside):.1f} while the first is profiled")


def main():
    target = Target()
    per_call(target)
    scaling(target)
    bystander(target)
    target.close()


main()
