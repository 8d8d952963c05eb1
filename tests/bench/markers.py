# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the package's blocks cost: medians of rounds in which all cases take turns. Then the method by
which stichotrope's own figures were made. markers.py LABEL"""

import statistics
import sys
import threading
import time
import timeit

import bpfprof

ROUNDS, CALLS = 21, 50000
profiler = bpfprof.Profiler("bench")
lock = threading.Lock()


def plain():
    pass


@profiler.track(0)
def tracked():
    pass


def empty_loop(n):
    for _ in range(n):
        pass


def call_plain(n):
    for _ in range(n):
        plain()


def call_tracked(n):
    for _ in range(n):
        tracked()


def with_block(n):
    for _ in range(n):
        with profiler.block(1, "block"):
            pass


def with_lock(n):
    for _ in range(n):
        with lock:
            pass


def off(run):
    def wrapped(n):
        profiler.stop()
        run(n)
        profiler.start()

    return wrapped


CASES = {
    "loop": empty_loop,
    "call": call_plain,
    "tracked call": call_tracked,
    "tracked call, off": off(call_tracked),
    "with lock": with_lock,
    "with block": with_block,
    "with block, off": off(with_block),
}


def ns_each(run):
    start = time.perf_counter_ns()
    run(CALLS)
    return (time.perf_counter_ns() - start) / CALLS


def costs():
    took = {name: [] for name in CASES}
    for _ in range(ROUNDS):
        for name, run in CASES.items():
            took[name].append(ns_each(run))
    loop = statistics.median(took.pop("loop"))
    return {name: statistics.median(values) - loop for name, values in took.items()}


def answer():
    return 42


def timed_once(func):
    start = time.perf_counter()
    func()
    return (time.perf_counter() - start) * 1e9


def constant_overhead():
    """1000 times a clock around `return 42`, without and with."""
    decorated = profiler.track(2)(answer)
    base = [timed_once(answer) for _ in range(1000)]
    with_it = [timed_once(decorated) for _ in range(1000)]
    mean = statistics.mean(with_it) - statistics.mean(base)
    spread = 1.96 * (statistics.variance(base) / 1000 + statistics.variance(with_it) / 1000) ** 0.5
    return mean, spread, statistics.median(with_it) - statistics.median(base)


def workload(seconds):
    """timeit.repeat(f, repeat=30, number=1), baseline then profiled by decorator and by context."""

    def sleep():
        time.sleep(seconds)

    def context():
        with profiler.block(4, "sleep"):
            time.sleep(seconds)

    decorated = profiler.track(3)(sleep)
    base, *others = (
        statistics.median(timeit.repeat(f, repeat=30, number=1))
        for f in (sleep, decorated, context)
    )
    return [(other / base - 1) * 100 for other in others]


def main():
    label = sys.argv[1]
    found = costs()
    call, lock_ns = found["call"], found["with lock"]
    for name in ("tracked call", "tracked call, off"):
        print(f"{label} {name}: {found[name]:.0f} ns, {found[name] - call:.0f} beyond the call's {call:.0f}")
    for name in ("with block", "with block, off"):
        print(f"{label} {name}: {found[name]:.0f} ns, where `with lock` takes {lock_ns:.0f}")
    mean, spread, median = constant_overhead()
    print(f"{label} constant overhead, n=1000: mean {mean:.0f} ns, 95% CI [{mean - spread:.0f}, "
          f"{mean + spread:.0f}], median {median:.0f} ns")
    for seconds in (0.0001, 0.001, 0.01):
        decorator, context = workload(seconds)
        print(f"{label} sleep of {seconds * 1000:g} ms, n=30: decorator {decorator:+.2f} %, "
              f"context {context:+.2f} %")


main()
