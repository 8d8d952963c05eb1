# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The measured program: reads a line "WORK N PROFILER" from stdin, does that work of size N under
a profiler of its own ("none": without), and prints ns per call, or "-" where this interpreter has
no such profiler. The work of a program is one run of it."""
import ctypes
import importlib
import mmap
import random
import sys
import threading
import time


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


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
        for _ in range(50000):
            bottom()

    def down(k):
        if k:
            down(k - 1)
        else:
            found.append(timed(loop, 50000))

    sys.setrecursionlimit(10 * n + 1000)
    down(n)
    return found[0]


def functions(n, made={}):
    if n not in made:
        space = {}
        exec("".join("def f%d(): pass\n" % i for i in range(n)), space)
        made[n] = [space["f%d" % i] for i in range(n)]
    return made[n]


def call_each(called):
    """Distinct functions, each called equally often."""
    rounds = max(1, 100000 // len(called))

    def loop():
        for _ in range(rounds):
            for f in called:
                f()

    loop()  # the first sight of each is not what is measured
    return timed(loop, rounds * len(called))


def run_functions(n):
    """In the order in which they lie in memory."""
    return call_each(functions(n))


def run_scattered(n):
    """In no order."""
    return call_each(random.Random(1).sample(functions(n), n))


def run_contexts(n, made={}):
    """Ten functions that call each of the ten, and so on: by n paths to the innermost calls."""
    depth = len(str(n)) - 1
    if not made:
        exec("".join("def g%d(left):\n if left:\n  for g in every: g(left - 1)\n" % i for i in range(10)), made)
        made["every"] = [made["g%d" % i] for i in range(10)]
    rounds, calls = max(1, 100000 // n), (10 ** (depth + 1) - 1) // 9

    def loop():
        for _ in range(rounds):
            made["g0"](depth)

    loop()  # the first sight of each is not what is measured
    return timed(loop, rounds * calls)


def run_threads(n):
    """The same number of calls by n threads, which take turns with the GIL; they are there, and
    have been seen, before the time is taken."""
    ready, go = threading.Barrier(n + 1), threading.Barrier(n + 1)
    rounds = max(1, 192 // n)

    def work():
        fib(5)
        ready.wait()
        go.wait()
        for _ in range(rounds):
            fib(15)

    def all_threads():
        go.wait()
        for t in threads:
            t.join()

    threads = [threading.Thread(target=work) for _ in range(n)]
    for t in threads:
        t.start()
    ready.wait()
    return timed(all_threads, n * rounds * fib_calls(15))


def walk(kib, n=2000):
    """A loop, a function of its own for each size, of calls that each read so much memory in no
    order: 28 bytes an int, and the 8 of the list that refers to it."""
    read = random.Random(1).sample(range(1000, 1000 + kib * 1024 // 36), kib * 1024 // 36)
    space = {"leaf": lambda: sum(read)}
    exec(f"def walk_{kib}(r):\n for _ in r: leaf()", space)
    return timed(lambda: space[f"walk_{kib}"](range(n)), n)


def empty():
    pass


def run_python(n):
    def loop():
        for _ in range(n):
            empty()

    return timed(loop, n)


def run_builtin(n):
    def loop():
        for _ in range(n):
            len(())

    return timed(loop, n)


def run_method(n):
    def loop():
        for _ in range(n):
            ().count(1)

    return timed(loop, n)


class Plain:
    pass


def run_plain(n):
    """Turns of a loop that calls nothing."""
    def loop(thing=Plain(), numbers=[1, 2, 3]):
        thing.x, a, b = 1, 2, 3
        for _ in range(n):
            a, b = b, a + 1
            thing.x = numbers[1] + thing.x
            if a < b and not b > 5:
                numbers[2] = a - b

    return timed(loop, n)


class Turns:
    """Two threads that only call, and how they take turns with the GIL."""
    def __init__(self, n):
        self.calls = self.turns = 0
        self.last = None
        self.rounds = n // fib_calls(5)
        threads = [threading.Thread(target=self.work) for _ in range(2)]
        start = time.perf_counter_ns()
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.ns = time.perf_counter_ns() - start

    def work(self):
        me = threading.get_ident()
        for _ in range(self.rounds):
            if self.last != me:
                self.last = me
                self.turns += 1
            fib(5)


def run_calls_a_turn(n):
    t = Turns(n)
    return 2 * t.rounds * fib_calls(5) / t.turns


def run_turn(n):
    t = Turns(n)
    return t.ns / t.turns


def run_program(name):
    program = importlib.import_module("programs." + name)
    return lambda n: timed(lambda: program.run(n), 1)


def cprofile():
    import cProfile

    profile = cProfile.Profile()
    return profile.enable, profile.disable


def tracing():
    from profiling.tracing import Profile

    profile = Profile()
    return profile.enable, profile.disable


def yappi_wall():
    import yappi

    def stop():
        yappi.stop()
        yappi.clear_stats()

    yappi.set_clock_type("wall")
    return yappi.start, stop


def monitoring():
    """sys.monitoring (3.12) with callbacks in C that do nothing: slice takes what they are given."""
    monitor = sys.monitoring
    tool, events = monitor.PROFILER_ID, monitor.events
    watched = (events.PY_START, events.PY_RESUME, events.PY_RETURN, events.PY_YIELD)

    def start():
        monitor.use_tool_id(tool, "bench")
        for event in watched:
            monitor.register_callback(tool, event, slice)
        monitor.set_events(tool, sum(watched))

    def stop():
        monitor.set_events(tool, 0)
        monitor.free_tool_id(tool)

    return start, stop


class MethodDef(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("function", ctypes.c_void_p),
                ("flags", ctypes.c_int), ("doc", ctypes.c_char_p)]


def nothing(kept=[]):
    """A function in machine code that takes what it is given and returns None."""
    if not kept:
        page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(b"\x48\xb8" + id(None).to_bytes(8, "little") + b"\xc3")  # mov $None,%rax; ret
        code = ctypes.addressof(ctypes.c_char.from_buffer(page))
        definition = MethodDef(b"nothing", code, 0x80, None)  # METH_FASTCALL
        new = ctypes.pythonapi.PyCFunction_NewEx
        new.restype, new.argtypes = ctypes.py_object, [ctypes.c_void_p] * 3
        kept[:] = [new(ctypes.addressof(definition), None, None), page, definition]
    return kept[0]


def told_of_calls():
    """What sys.monitoring (3.12) costs by itself: callbacks of calls and of C functions' ends that
    do nothing."""
    monitor = sys.monitoring
    tool, events = monitor.PROFILER_ID, monitor.events

    def start():
        monitor.use_tool_id(tool, "bench")
        for event in (events.CALL, events.C_RETURN, events.C_RAISE):
            monitor.register_callback(tool, event, nothing())
        monitor.set_events(tool, events.CALL)

    def stop():
        monitor.set_events(tool, 0)
        monitor.free_tool_id(tool)

    return start, stop


WORK = {"python": run_python, "builtin": run_builtin, "method": run_method, "plain": run_plain, "fib": run_fib, "deep": run_deep, "functions": run_functions, "scattered": run_scattered, "contexts": run_contexts,
        "threads": run_threads, "walk": walk, "calls_a_turn": run_calls_a_turn, "turn": run_turn}
PROFILERS = {"none": lambda: (lambda: None, lambda: None), "cProfile": cprofile,
             "profiling.tracing": tracing, "yappi": yappi_wall, "sys.monitoring": monitoring,
             "empty_callbacks": told_of_calls}


def answer(name, n, profiler):
    try:
        start, stop = PROFILERS[profiler]()
    except (ImportError, AttributeError):
        return "-"
    work = WORK.get(name) or run_program(name)
    start()
    try:
        return "%.1f" % work(int(n))
    finally:
        stop()


print("ready", flush=True)
for line in sys.stdin:
    print(answer(*line.split()), flush=True)
