# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The measured program of the proof: functions of which each has a known own time. Reads a line
"truth", or "run PROFILER REPEATS", from stdin and answers with a line of JSON.

What a call costs is its callee's own time. So each program here stands in variants that differ by
one call, which one has and the other does not: the difference of their times, by the call, is what
the callee takes by itself. "truth" times every variant once, a warm run before it.

The machine's speed changes with what others do on it. So each timing stands between two turns of
the same bare loop, the yard, and what it took is told in ns at the yard's usual speed.

Bodies have no calls of C functions, and names are unique, so that a row of a profile is one of
these functions. Sizes are ns of own work, the call included; the bodies are made to measure.
"""
import json
import sys
import threading
import time

SIZES = (50, 200, 1000, 10000, 100000)
space = {}
variants = {}  # name: (loop function, range)
rows = []  # (function, scene, variant with it, variant without it, calls in a run of the variant)
scenes = []  # variants that are profiled, in this thread
apart = []  # likewise, each in a thread of its own
YARD = (None,) * 12000


def timed(f, r, clock=time.thread_time_ns):
    """ns on a CPU, without the clock's own."""
    start = clock()
    middle = clock()
    f(r)
    return clock() - middle - (middle - start)


def define(text, name):
    exec(compile(text, "known", "exec"), space)
    return space[name]


def yard():
    start = time.thread_time_ns()
    for _ in YARD:
        pass
    return time.thread_time_ns() - start


USUAL = sorted(yard() for _ in range(2000))[1000]


def turn(name, body, n=4000):
    """ns an iteration of a loop with that body."""
    loop = define(f"def {name}(r):\n for _ in r:\n  {body}\n", name)
    return sorted(2 * timed(loop, range(n)) * USUAL / (yard() + yard()) for _ in range(41))[20] / n


class Measure:
    """Bodies of a wanted size, by what their parts cost here."""
    def __init__(self):
        define("def m_call(): pass", "m_call")
        space["m_range"] = (None,) * 40
        empty = turn("m_empty", "pass")
        self.call = turn("m_called", "m_call()") - empty
        self.statement = (turn("m_statements", "x = 1;" * 40, 200) - empty) / 40
        self.turn = (turn("m_turns", "for x in m_range: pass", 200) - empty) / 40

    def body(self, size):
        """Text of a function's body that makes a call of it take size."""
        work = max(0, size - self.call)
        if size < 150:
            return "x = 1;" * round(work / self.statement) + "pass"
        space["work_%d" % size] = (None,) * round(work / self.turn)
        return "for x in work_%d: pass" % size


def variant(name, inner, n, head="def {name}(r):\n for _ in r: {inner}\n"):
    variants[name] = (define(head.format(name=name, inner=inner), name), range(n))
    return name


def turns(size):
    return max(2, min(2000, 200000 // size))


def loop_over(name, inner, n, function, to=scenes):
    """A loop of calls of a function without children: rows of both."""
    variant(name, inner, n)
    variant(name + "_empty", "pass", n)
    rows.append((function, name, name, name + "_empty", n))
    rows.append((name, name, name + "_empty", None, 1))
    to.append(name)


def flat(m):
    for size in SIZES:
        define(f"def leaf_{size}():\n {m.body(size)}\n", f"leaf_{size}")
        loop_over(f"flat_{size}", f"leaf_{size}()", turns(size), f"leaf_{size}")


def arguments(m):
    for size in SIZES[:3]:
        define(f"def args_{size}(a, b, c=1, *, d=2):\n {m.body(size)}\n", f"args_{size}")
        loop_over(f"keyed_{size}", f"args_{size}(1, 2, d=_)", turns(size), f"args_{size}")
        define(f"class C_{size}:\n def meth_{size}(self, a):\n  {m.body(size)}\n"
               f"o_{size} = C_{size}()\n", f"o_{size}")
        loop_over(f"bound_{size}", f"o_{size}.meth_{size}(_)", turns(size), f"meth_{size}")


def generators(m):
    """A resumption is a call."""
    for size in SIZES[:3]:
        n = turns(size)
        define(f"def gen_{size}(r):\n for _ in r:\n  {m.body(size)}\n  yield\n", f"gen_{size}")
        name = variant(f"over_{size}", "pass", n,
                       f"def {{name}}(r):\n for _ in gen_{size}(r): {{inner}}\n")
        variant(name + "_empty", "pass", n)
        rows.append((f"gen_{size}", name, name, name + "_empty", n + 1))
        rows.append((name, name, name + "_empty", None, 1))
        scenes.append(name)


def recursive(m):
    for size in SIZES[1:3]:
        define(f"def down_{size}(k):\n {m.body(size)}\n if k: down_{size}(k - 1)\n",
               f"down_{size}")
        n = turns(11 * size)
        loop_over(f"recursive_{size}", f"down_{size}(10)", n, f"down_{size}")
        rows[-2] = rows[-2][:4] + (11 * n,)


def nested(m, n=1):
    """Each calls the next smaller in a loop, so often that each level takes its share."""
    sizes, times = SIZES[::-1], (5, 5, 4, 4)
    for i, k in enumerate(times):
        space["times_%d" % i] = range(k)
    variant("nested_0", "pass", n)
    calls = n
    for v in range(1, 6):  # the number of levels that are there
        for i in range(v):
            call = f"nest_{v}_{sizes[i + 1]}()" if i + 1 < v else "pass"
            inner = f" for x in times_{i}: {call}\n" if i < 4 else ""
            define(f"def nest_{v}_{sizes[i]}():\n {m.body(sizes[i])}\n{inner}",
                   f"nest_{v}_{sizes[i]}")
        variant(f"nested_{v}", f"nest_{v}_100000()", n)
        rows.append((f"nest_5_{sizes[v - 1]}", "nested_5", f"nested_{v}", f"nested_{v - 1}", calls))
        calls *= times[v - 1] if v < 5 else 1
    rows.append(("nested_5", "nested_5", "nested_0", None, 1))
    scenes.append("nested_5")


def fan(m, n=60):
    """One caller of many, in straight code."""
    sizes = (50, 50, 50, 50, 200, 200, 1000, 1000)
    for i, size in enumerate(sizes):
        define(f"def rib_{i}_{size}():\n {m.body(size)}\n", f"rib_{i}_{size}")
    variant("fanned_empty", "pass", n)
    for v in range(9):
        text = "".join(f" rib_{i}_{sizes[i]}()\n" for i in range(v)) or " pass\n"
        define(f"def fan_{v}():\n{text}", f"fan_{v}")
        variant(f"fanned_{v}", f"fan_{v}()", n)
        if v:
            rows.append((f"rib_{v - 1}_{sizes[v - 1]}", "fanned_8", f"fanned_{v}",
                         f"fanned_{v - 1}", n))
    rows.append(("fan_8", "fanned_8", "fanned_0", "fanned_empty", n))
    rows.append(("fanned_8", "fanned_8", "fanned_empty", None, 1))
    scenes.append("fanned_8")


def threaded(m):
    for size in SIZES[1:3]:
        define(f"def apart_{size}():\n {m.body(size)}\n", f"apart_{size}")
        loop_over(f"thread_{size}", f"apart_{size}()", turns(size), f"apart_{size}",
                  apart)


def truth(_):
    """{variant: ns on a CPU}"""
    taken = {}
    for name, (f, r) in variants.items():
        f(r)
        before = yard()
        taken[name] = timed(f, r) * 2 / (before + yard())
    return {name: yards * USUAL for name, yards in taken.items()}


def repeat(names, repeats):
    """Runs scenes in turn, between yards: of each, what part of the time it had a CPU, and how fast
    that was."""
    wall, cpu, found = ({name: 0 for name in names} for _ in range(3))
    after = yard()
    for _ in range(repeats):
        for name in names:
            f, r = variants[name]
            before, w, c = after, time.perf_counter_ns(), time.thread_time_ns()
            f(r)
            cpu[name] += time.thread_time_ns() - c
            wall[name] += time.perf_counter_ns() - w
            after = yard()
            found[name] += before + after
    return {name: {"share": cpu[name] / wall[name], "speed": 2 * repeats * USUAL / found[name]}
            for name in names}


def in_threads(repeats, conditions):
    """All wait for one another, so that they take turns with the GIL."""
    barrier = threading.Barrier(len(apart))

    def work(name):
        barrier.wait()
        conditions.update(repeat([name], repeats))

    threads = [threading.Thread(target=work, args=(name,)) for name in apart]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def under_cprofile(work):
    import cProfile

    profile = cProfile.Profile(builtins=False)
    profile.enable()
    work()
    profile.disable()
    for e in profile.getstats():
        if not isinstance(e.code, str):
            yield e.code.co_name, e.callcount, e.inlinetime


def under_profile(work, found=[]):
    """The pure-Python one with the bias it finds itself, the median of three."""
    import profile

    if not found:
        found.append(sorted(profile.Profile().calibrate(10000) for _ in range(3))[1])
    p = profile.Profile(bias=found[0])
    p.runcall(work)
    p.create_stats()
    for (_, _, name), (_, calls, own, _, _) in p.stats.items():
        yield name, calls, own


def under_yappi(work):
    import yappi

    yappi.set_clock_type("wall")
    yappi.start()
    work()
    yappi.stop()
    for f in yappi.get_func_stats():
        yield f.name, f.ncall, f.tsub
    yappi.clear_stats()


def under_none(work):
    work()
    return ()


UNDER = {"cProfile": under_cprofile, "profile": under_profile, "yappi": under_yappi,
         "none": under_none}


def run(line):
    """A run of everything: {function: [calls, own ns]} as the profiler has it, and of each scene
    under what conditions it ran."""
    profiler, repeats = line.split()
    conditions = {}

    def work():
        conditions.update(repeat(scenes, int(repeats)))
        in_threads(int(repeats), conditions)

    try:
        own = {name: [calls, s * 1e9] for name, calls, s in UNDER[profiler](work) if name in known}
    except ImportError:
        return None
    return {"own": own, "conditions": conditions}


measured = Measure()
for make in (flat, arguments, generators, recursive, nested, fan, threaded):
    make(measured)
known = {row[0] for row in rows}
COMMANDS = {"truth": truth, "run": run, "rows": lambda _: rows}
print("ready", flush=True)
for line in sys.stdin:
    command, _, rest = line.strip().partition(" ")
    print(json.dumps(COMMANDS[command](rest)), flush=True)
