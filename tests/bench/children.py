# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""How much later the children of a program begin when --children follows them."""
import json
import os
import statistics
import subprocess
import sys

PROGRAM = """
import json, os, subprocess, sys, time
def child(): pass
def forked():
    r, w = os.pipe()
    begin = time.monotonic_ns()
    pid = os.fork()
    if not pid:
        child()
        os.write(w, b"%d" % (time.monotonic_ns() - begin))
        os._exit(0)
    held = time.monotonic_ns() - begin
    begun = int(os.read(r, 99))
    os.waitpid(pid, 0)
    os.close(r)
    os.close(w)
    return held, begun
def launched():
    begin = time.monotonic_ns()
    subprocess.run([sys.executable, "-S", "-c", "pass"])
    return time.monotonic_ns() - begin
took = {"fork returns in the parent": [], "a forked child's first function": [], "subprocess.run of a Python": []}
for i in range(20):
    for name, ns in zip(took, (*forked(), launched())):
        took[name].append(ns)
    time.sleep(.05)
print(json.dumps(took))
"""


def run(*before):
    """ms by name, the median of 20."""
    out = subprocess.run([*before, "/usr/bin/python3", "-c", PROGRAM], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, check=True).stdout
    took = next(json.loads(line) for line in out.splitlines() if line.startswith(b'{"fork'))
    return {name: statistics.median(ns) / 1e6 for name, ns in took.items()}


def children(build, rounds=5):
    plain, followed = [], []
    for _ in range(rounds):
        plain.append(run())
        followed.append(run(os.path.join(build, "bpfprof"), "-q", "-n", "1", "--children", "--"))
    print(" children that are followed, ms:")
    for name in plain[0]:
        alone, then = (statistics.median(r[name] for r in runs) for runs in (plain, followed))
        print(f"  {name:32} {alone:6.1f} alone, {then:6.1f} with --children", flush=True)


if __name__ == "__main__":
    children(sys.argv[1])
