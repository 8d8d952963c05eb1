# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""An hour of a busy program in minutes: what bpfprof has counted at the end of it, beside what the program has, and
the memory that it took meanwhile."""
import json
import os
import subprocess
import tempfile

HOUR = 3600
SHARE = float(os.environ.get("SOAK", "1"))  # of an hour
PROGRAM = """
import sys, threading, types
def leaf(): pass
def loop(n):
    for _ in range(n): leaf()
def calls(n):  # a hundred thousand a second
    loop(n)
    return {"leaf": n}
def codes(n):  # five hundred new ones a second, each gone after its call
    base = leaf.__code__
    for i in range(n):
        types.FunctionType(base.replace(co_name="made_%d" % (i % 1000), co_firstlineno=100000 + i % 1000), {})()
    return {"made": n}
def enter(): leaf()
def threads(n):  # thirty a second
    for _ in range(n // 4):
        some = [threading.Thread(target=enter) for _ in range(4)]
        for t in some: t.start()
        for t in some: t.join()
    return {"leaf": n // 4 * 4}
def functions(n):  # a hundred thousand of their own, all of them called again and again
    base = leaf.__code__
    all_of_them = [types.FunctionType(base.replace(co_name="own_%d" % i, co_firstlineno=200000 + i), {})
                   for i in range(100000)]
    for _ in range(n):
        for f in all_of_them: f()
    return {"own": n * len(all_of_them)}
print("ready", flush=True)
for line in sys.stdin:
    kind, n = line.split()
    print(globals()[kind](int(n)), flush=True)
"""
PARTS = [("calls", 100000 * HOUR), ("codes", 500 * HOUR), ("threads", 30 * HOUR), ("functions", 100)]


def rss_mib(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as f:
        return next(int(line.split()[1]) / 1024 for line in f if line.startswith("VmRSS"))


def counted(profile):
    """Calls by the name's beginning."""
    calls = {"leaf": 0, "made": 0, "own": 0}
    for f in profile["functions"]:
        kind = f["name"].split("_")[0]
        if f["file"] == "<string>" and kind in calls:
            calls[kind] += f["ncalls"]
    return calls


def soak(build, _rounds=1):
    want, took = {"leaf": 0, "made": 0, "own": 0}, []
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "x.json")
        target = subprocess.Popen(["/usr/bin/python3", "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        target.stdout.readline()
        p = subprocess.Popen([os.path.join(build, "bpfprof"), "--max-functions", "262144", "--max-edges", "262144", "-i", "5", "-o", out,
                              "-p", str(target.pid)], stderr=subprocess.PIPE, text=True)
        while "profiling process" not in p.stderr.readline():
            pass
        for kind, n in PARTS:
            for _ in range(4):
                target.stdin.write(f"{kind} {max(4, int(n * SHARE / 4))}\n")
                target.stdin.flush()
                for name, calls in eval(target.stdout.readline()).items():
                    want[name] += calls
            took.append(f"{kind} {rss_mib(p.pid):.0f}")
        target.stdin.close()
        target.wait()
        p.communicate()
        with open(out, encoding="utf-8") as f:
            profile = json.load(f)
    got = counted(profile)
    print(f" soak, {SHARE:g} of an hour in {profile['target']['duration_ns'] / 1e9:.0f} s: of " +
          ", ".join(f"{n} calls of {name} {got[name] - n:+d}" for name, n in want.items()) +
          f"; lost {({k: v['count'] for k, v in profile['losses'].items()})}; {len(profile['threads'])} rows of threads; "
          f"MiB in memory after {', '.join(took)}", flush=True)


if __name__ == "__main__":
    import sys
    soak(sys.argv[1])
