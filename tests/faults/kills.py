# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""bpfprof is killed at one moment after another of its way in, its counting and its way out; the target
checks its own results and goes on. kills.py BPFPROF BACKEND TIMES PYTHON...

Two targets take turns, so that one is left to itself for longer. Every hundredth run is not killed and has
to count. The seed is printed, and taken from SEED.
"""
import os
import random
import signal
import subprocess
import sys
import time

TARGET = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "targets", "selfcheck.py")
BPFPROF, BACKEND, TIMES, PYTHON = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
COUNTS_FOR_S = 0.02


def fail(text):
    print("not ok kills %s - %s" % (BACKEND, text))
    sys.exit(1)


def start_target():
    p = subprocess.Popen(PYTHON + ["-u", TARGET], stdout=subprocess.PIPE)
    if p.stdout.readline() != b"ready\n":
        fail("the target does not start")
    return p


def profile(target):
    """bpfprof at work on it for a moment; in a group of its own, so that its children can be told from ours."""
    return subprocess.Popen([BPFPROF, "-q", "--bias", "off", "--backend", BACKEND, "-p", str(target.pid), "-d",
                             str(COUNTS_FOR_S)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def whole(target):
    """A run to its end, and how long it took."""
    begin = time.monotonic()
    p = profile(target)
    out, said = p.communicate()
    if p.returncode or b"(fib)" not in out:
        fail("status %d, not counted: %s" % (p.returncode, said.decode()))
    return time.monotonic() - begin


def killed(target, after):
    """Whether the kill came before the end. The bpfprof that was killed may have been answered already."""
    p = profile(target)
    try:
        p.wait(after)
    except subprocess.TimeoutExpired:
        pass
    p.kill()
    p.communicate()
    return p.returncode == -signal.SIGKILL


def main():
    seed = int(os.environ.get("SEED", "0")) or int(time.time())
    chance = random.Random(seed)
    targets = [start_target(), start_target()]
    takes, n = max(whole(t) for t in targets), 0
    for i in range(TIMES):
        target = targets[i % 2]
        n += killed(target, chance.uniform(0, takes))
        if i % 100 == 99:
            takes = (takes + whole(target)) / 2
        for t in targets:
            if t.poll() is not None:
                fail("the target ended, status %d, after %d kills; SEED=%d" % (t.returncode, n, seed))
    for t in targets:
        whole(t)
        t.kill()
        t.wait()
    print("ok kills %s, %d of %d runs (SEED=%d)" % (BACKEND, n, TIMES, seed))


main()
