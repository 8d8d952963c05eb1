# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The measured program: reads a line "KIND ARGUMENT" from stdin, runs it, prints ns per call."""
import sys
import threading
import time


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


def timed(f, calls):
    start = time.perf_counter_ns()
    f()
    return (time.perf_counter_ns() - start) / calls


def run_fib(n):
    return timed(lambda: fib(n), fib_calls(n))


def fib_calls(n):
    a, b = 1, 1
    for _ in range(n - 1):
        a, b = b, a + b + 1
    return b


def run_deep(n):
    """Many calls at depth n: down once, then a loop there."""
    found = []

    def bottom():
        return None

    def loop():
        for _ in range(20000):
            bottom()

    def down(k):
        if k:
            down(k - 1)
        else:
            found.append(timed(loop, 20000))

    sys.setrecursionlimit(10 * n + 1000)
    down(n)
    return found[0]


def run_functions(n, made={}):
    """n distinct functions, each called equally often."""
    if n not in made:
        space = {}
        exec("".join("def f%d(): pass\n" % i for i in range(n)), space)
        made[n] = [space["f%d" % i] for i in range(n)]
    rounds = max(1, 100000 // n)

    def loop():
        for _ in range(rounds):
            for f in made[n]:
                f()

    loop()  # the first sight of each is not what is measured
    return timed(loop, rounds * n)


def run_threads(n):
    """fib in n threads, one after the other in small turns of the GIL."""
    def all_threads():
        threads = [threading.Thread(target=fib, args=(14,)) for _ in range(n)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()

    return timed(all_threads, n * fib_calls(14))


def run_cprofile(n):
    import cProfile

    profile = cProfile.Profile()
    profile.enable()
    try:
        return run_fib(n)
    finally:
        profile.disable()


def run_monitoring(n):
    """sys.monitoring (3.12) with callbacks in C that do nothing: slice takes what they are given."""
    monitoring = sys.monitoring
    tool = monitoring.PROFILER_ID
    events = monitoring.events
    monitoring.use_tool_id(tool, "bench")
    for event in (events.PY_START, events.PY_RETURN):
        monitoring.register_callback(tool, event, slice)
    monitoring.set_events(tool, events.PY_START | events.PY_RETURN)
    try:
        return run_fib(n)
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)


KINDS = {"monitoring": run_monitoring, "fib": run_fib, "deep": run_deep, "functions": run_functions, "threads": run_threads,
         "cprofile": run_cprofile}

print("ready", flush=True)
for line in sys.stdin:
    kind, n = line.split()
    print("%.1f" % KINDS[kind](int(n)), flush=True)
